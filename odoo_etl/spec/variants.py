"""The values of a field in other languages and companies: where each comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue
from odoo_etl.spec.origins import ORIGINS, ConstantValue, MapValue, OriginKeys
from odoo_etl.spec.transforms import Transforms
from odoo_etl.spec.tree import Path
from odoo_etl.spec.value_kinds import invalid

ENGLISH: Final = "en_US"  # the language of calls that name none
KINDS: Final = ("translations", "companies")
# What a field says of its own value alone.
OWN_ALONE: Final = frozenset({*ORIGINS, *KINDS, "default", "required"})
_NO_TEXTS: Final = ("lookup", "labels", "split", "command")
_TEXTS: Final = (None, "char", "text", "html")


class VariantSpec(OriginKeys):
    """Where a field's value in another language or company comes from; what it does not say is as the field says."""

    map: dict[str, MapValue] | None = Field(default=None, description="In place of the field's own `map`.")
    transform: Transforms = Field(default=(), description="In place of the field's own `transform`.")
    default: ConstantValue = Field(default=None, description="Taken where the cell is empty.")
    empty: Literal["skip", "clear", "reject"] = Field(
        default="skip", description="In place of the field's own `empty`."
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        """`fr_FR: name_fr` is `fr_FR: {column: name_fr}`."""
        if data is None:
            raise invalid("names no column", "for example `name_fr`")
        return {"column": data} if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A column name alone, or the mapping with exactly one origin."""
        schema = handler.resolve_ref_schema(handler(core))
        schema["oneOf"] = [{"required": [origin]} for origin in ORIGINS]
        description = "The column that holds the value."
        return {"anyOf": [{"type": "string", "minLength": 1, "description": description}, schema]}


def creates_missing(lookup: Any) -> bool:
    """Whether a lookup, as it is written, creates the records that it does not find."""
    last = lookup[-1] if isinstance(lookup, (list, tuple)) and lookup else lookup
    return isinstance(last, Mapping) and last.get("on_missing") == "create"


def variants_in(data: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each variant of a field as a field of its own, as it is written, with its place."""
    shared = {key: value for key, value in data.items() if key not in OWN_ALONE}
    for kind in KINDS:
        given = data.get(kind)
        for name, one in given.items() if isinstance(given, Mapping) else ():
            own = {"column": one} if isinstance(one, str) else one
            if isinstance(own, Mapping):
                yield (kind, name), {**shared, **own}


def variant_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """Only texts are translated, and Odoo has no field that differs by language as well as by company."""
    if data.get("companies") is not None and creates_missing(data.get("lookup")):
        message = "`on_missing: create` makes records in the job's own company, so it has no place beside `companies`"
        yield Issue(message, ("companies",), "a job of its own that creates them, with `target.company`")
    if data.get("translations") is None:
        return
    if data.get("companies") is not None:
        yield Issue("`companies` beside `translations`: no field of Odoo has both", ("companies",), "remove one")
    for key in _NO_TEXTS:
        if data.get(key) is not None:
            yield Issue(f"`translations` are texts, so that `{key}` has no place beside them", ("translations",))
    kind = data.get("type")
    if kind not in _TEXTS:
        yield Issue(f"`translations` are texts, and `type: {kind}` is none", ("translations",), "remove one of them")
