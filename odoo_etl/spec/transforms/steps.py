"""All transforms, and one step of a job's `transform`: a name, or a mapping of a name to its arguments."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator, Discriminator, Field, GetJsonSchemaHandler, Tag, create_model
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.transforms.base import NO_CELLS, Arguments, Change
from odoo_etl.spec.transforms.country_code import country_code
from odoo_etl.spec.transforms.digest import Hash
from odoo_etl.spec.transforms.email_address import email
from odoo_etl.spec.transforms.phone import Phone
from odoo_etl.spec.transforms.pieces import Pad, Remove, Replace, Slice
from odoo_etl.spec.transforms.regex import Regex
from odoo_etl.spec.transforms.slug import Slug
from odoo_etl.spec.transforms.unguard import unguard
from odoo_etl.spec.transforms.vat import Vat
from odoo_etl.spec.transforms.visible import visible
from odoo_etl.spec.value_kinds import invalid

# Name to a function from text to text, or to the model of the arguments that make one. docs/transforms.md shows each.
TRANSFORMS: Final[Mapping[str, Change | type[Arguments]]] = {
    "strip": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "collapse": lambda text: " ".join(text.split()),
    "digits": lambda text: re.sub(r"\D", "", text, flags=re.ASCII),
    "nfc": partial(unicodedata.normalize, "NFC"),
    "visible": visible,
    "unguard": unguard,
    "remove": Remove,
    "replace": Replace,
    "regex": Regex,
    "slice": Slice,
    "pad": Pad,
    "phone": Phone,
    "vat": Vat,
    "email": email,
    "country_code": country_code,
    "slug": Slug,
    "hash": Hash,
}
# These clean a text that stands for something else; a typed cell (a number, a date) is that already.
_TEXTS_ONLY: Final = frozenset({"strip", "lower", "upper", "title", "collapse", "digits", "nfc", "visible", "unguard"})
_WITH_ARGUMENTS: Final[Mapping[str, type[Arguments]]] = {
    name: kind for name, kind in TRANSFORMS.items() if isinstance(kind, type)
}
_PLAIN: Final = TRANSFORMS.keys() - _WITH_ARGUMENTS.keys()
_ALONE: Final = [name for name in TRANSFORMS if name in _PLAIN or _WITH_ARGUMENTS[name].is_complete_alone()]


class _Step(SpecModel):
    """One transform with its arguments."""

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """One name, of a transform that has arguments."""
        if len(data) != 1:
            yield Issue("a step is one transform", (), "a list has several: [strip, {slice: [0, 5]}]")
        for name, value in data.items():
            if name in _WITH_ARGUMENTS and value is None:
                yield Issue(f"`{name}` has no arguments here", (name,), _like(name))

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Exactly one of them."""
        schema = handler.resolve_ref_schema(handler(core))
        schema |= {"minProperties": 1, "maxProperties": 1}
        schema["properties"] = {name: _without_null(item) for name, item in schema["properties"].items()}
        return schema


def _without_null(item: dict[str, Any]) -> dict[str, Any]:
    forms = [form for form in item["anyOf"] if form != {"type": "null"}]
    return {"description": item["description"], "anyOf": forms}


def _like(name: str) -> str:
    return f"for example {_WITH_ARGUMENTS[name].example}"


_FIELDS: Any = {
    name: (kind | None, Field(default=None, description=(kind.__doc__ or "").partition("\n")[0]))
    for name, kind in _WITH_ARGUMENTS.items()
}
if TYPE_CHECKING:
    TransformStep = _Step  # with a key for each transform
else:
    TransformStep = create_model("TransformStep", __base__=_Step, __module__=__name__, **_FIELDS)


def _known(name: Any) -> Any:
    if isinstance(name, Mapping):
        (plain,) = name
        raise invalid(f"`{plain}` takes no arguments", f"write it alone: `{plain}`", about_value=False)
    if isinstance(name, str) and name in _ALONE:
        return name
    if isinstance(name, str) and name in _WITH_ARGUMENTS:
        raise invalid(f"`{name}` needs arguments", _like(name), about_value=False)
    near = get_close_matches(str(name), list(TRANSFORMS), n=1)
    hint = f"did you mean `{near[0]}`?" if near else ""
    raise invalid(f"must be one of {', '.join(TRANSFORMS)}", hint)


class _Listed:
    """Shows a list as what may be one item alone as well."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        return {"anyOf": [schema["items"], {"type": "array", "items": schema["items"]}]}


class _Names:
    """Shows the names that stand alone."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        del core, handler
        return {"type": "string", "enum": _ALONE}


def _form(value: Any) -> str:
    takes_none = isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in _PLAIN
    return "(step)" if isinstance(value, (Mapping, TransformStep)) and not takes_none else "(name)"


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, (str, Mapping)) else value


Step = Annotated[
    Annotated[str, BeforeValidator(_known), _Names(), Tag("(name)")] | Annotated[TransformStep, Tag("(step)")],
    Discriminator(_form),
]
Transforms = Annotated[tuple[Step, ...], BeforeValidator(_one_or_many), _Listed()]


def arguments_of(step: Any) -> tuple[str, Arguments | None]:
    """The name of a step's transform, and its arguments, if it has such."""
    if isinstance(step, str):
        kind = _WITH_ARGUMENTS.get(step)
        return step, kind() if kind is not None else None
    return next((name, value) for name in _WITH_ARGUMENTS if (value := getattr(step, name)) is not None)


def columns_of(step: Any) -> tuple[str, ...]:
    """The columns that a step reads besides the text that it changes."""
    _, arguments = arguments_of(step)
    return arguments.columns if arguments is not None else ()


def change_of(step: Any, cells: Mapping[str, str] = NO_CELLS) -> tuple[Change, bool]:
    """The function of a step, and whether it takes the texts of typed cells, too.

    Args:
        cells: of the columns that it reads, in this row.
    """
    name, arguments = arguments_of(step)
    function: Any = TRANSFORMS[name] if arguments is None else arguments.change(cells)
    return function, name not in _TEXTS_ONLY
