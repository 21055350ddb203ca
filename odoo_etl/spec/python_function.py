"""`python: package.module:function`: code of the project that gives a field its values (docs/python.md)."""

from __future__ import annotations

import importlib
import re
import sys
import traceback
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.errors import OdooEtlError
from odoo_etl.spec.base import SpecModel
from odoo_etl.spec.value_kinds import invalid

_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_PATTERN: Final = rf"^{_NAME}(\.{_NAME})*:{_NAME}$"


class PythonError(OdooEtlError):
    """Code of the project cannot be imported, or failed."""


class PythonSpec(SpecModel):
    """A function of the project."""

    function: Annotated[str, Field(pattern=_PATTERN)] = Field(
        description="Its module and name: package.module:function; the package lies in the project's folder."
    )
    per: Literal["row", "frame"] = Field(
        default="row",
        description="Called with the cells of one row and gives one value, or with a pandas DataFrame of many rows and"
        " gives as many values.",
    )
    folder: Path = Field(
        default=Path(), exclude=True, description="Where the package lies; by default the folder that holds pipelines."
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        """`python: a.b:c` is `python: {function: a.b:c}`."""
        return {"function": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _importable(self) -> Self:
        try:
            self.imported()
        except PythonError as error:
            raise invalid(str(error), f"it is looked for in {self.folder or '.'} first", about_value=False) from error
        return self

    def imported(self) -> Callable[..., Any]:
        """The function.

        Raises:
            PythonError: it cannot be imported, or is none.
        """
        module_name, _, name = self.function.partition(":")
        with Foreign(f"`{module_name}` cannot be imported"):
            module = _module(module_name, self.folder)
        function = getattr(module, name, None)
        if function is None:
            near = get_close_matches(name, vars(module), n=1)
            raise PythonError(f"`{module_name}` has no `{name}`" + (f"; did you mean `{near[0]}`?" if near else ""))
        if not callable(function):
            raise PythonError(f"`{self.function}` is no function")
        return function  # type: ignore[no-any-return]  # whatever its module has there

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The function alone, or the mapping."""
        schema = handler.resolve_ref_schema(handler(core))
        schema["properties"]["folder"].pop("default", None)
        return {"anyOf": [schema["properties"]["function"], schema]}


def _module(name: str, folder: Path) -> ModuleType:
    """The module, that of the folder; one of the same name from elsewhere is an error that says so."""
    home = str(folder.absolute())
    if home not in sys.path:
        sys.path.append(home)  # last, so that no file of a project takes the place of a library
    importlib.invalidate_caches()  # the file may be younger than the last look into the folder
    module = importlib.import_module(name)
    own = [folder.joinpath(*name.split(".")).with_suffix(".py"), folder.joinpath(*name.split("."), "__init__.py")]
    found = Path(module.__file__ or ".").resolve()
    if any(path.is_file() for path in own) and found not in [path.resolve() for path in own]:
        raise PythonError(f"`{name}` is {found}, not the module of the project: give that another name")
    return module


class Foreign:
    """A place where code of the project runs: what it raises becomes an error of ours, with the line that raised it.

    Args:
        what: failed, for the message.
        passes: errors that stay as they are.
    """

    def __init__(self, what: str, passes: tuple[type[Exception], ...] = ()) -> None:
        self._what, self._passes = what, (*passes, OdooEtlError)

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        """Tell what the code raised."""
        if isinstance(error, Exception) and not isinstance(error, self._passes):
            raise PythonError(f"{self._what}: {type(error).__name__}: {error}{_place(error, trace)}") from error


def _place(error: Exception, trace: TracebackType | None) -> str:
    """The line that raised an error, where it is not ours or the import's own."""
    if isinstance(error, SyntaxError):
        return ""  # its text has it
    frame = traceback.extract_tb(trace)[-1]
    is_ours = Path(frame.filename).is_relative_to(Path(__file__).parents[1]) or frame.filename.startswith("<frozen")
    return "" if is_ours else f" ({re.sub(r'^.*/site-packages/', '', frame.filename)}:{frame.lineno})"
