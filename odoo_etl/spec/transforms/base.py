"""The form of a transform: a function from text to text, or a model of its arguments that makes one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.codes import ValueCode
from odoo_etl.spec.base import SpecModel

Change = Callable[[str], str]

NO_CELLS: Mapping[str, str] = MappingProxyType({})


class Unreadable(ValueError):
    """A text that a transform cannot read.

    Attributes:
        code: of the reject.
        reason: follows the text in a sentence: `is no phone number`.
    """

    def __init__(self, code: ValueCode, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Arguments(SpecModel):
    """The arguments of one transform.

    Attributes:
        example: as it stands in a list of transforms.
        short: the argument that a value in place of a mapping is; "" for none.
    """

    example: ClassVar[str]
    short: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        """`pad: 5` is `pad: {width: 5}`."""
        is_short = cls.short and not isinstance(data, (Mapping, cls)) and data is not None
        return {cls.short: data} if is_short else data

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the source that it reads besides the text."""
        return ()

    @abstractmethod
    def change(self, cells: Mapping[str, str]) -> Change:
        """The function from text to text; it raises `Unreadable`.

        Args:
            cells: of its columns in this row.
        """

    @classmethod
    def is_complete_alone(cls) -> bool:
        """Whether its name alone says all that it needs."""
        return not any(field.is_required() for field in cls.model_fields.values())

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The mapping, or its one argument alone."""
        schema = handler.resolve_ref_schema(handler(core))
        if not cls.short:
            return schema
        return {"anyOf": [schema["properties"][cls.short], schema]}
