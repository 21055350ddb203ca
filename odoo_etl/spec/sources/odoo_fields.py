"""The columns of records of Odoo: each a field, or a path over relations, of which a version may have another name."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.domain import Domain
from odoo_etl.spec.value_kinds import CompanyName, FieldName, FieldPath, LanguageCode, invalid

Name = Annotated[str, Field(min_length=1)]
VERSION: Final = "source.version"

_BOUND = re.compile(r"\s*(<=|>=|<|>|==|!=|=)?\s*([0-9]{1,3})\s*")
_COMPARE: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "": operator.eq,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _versions(value: Any) -> str:
    """`<17`, `>=16`, `>=15, <18`; a bare number is that version."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not all(_BOUND.fullmatch(part) for part in text.split(",")):
        raise invalid("must compare major versions of Odoo", 'for example "<17", ">=16" or ">=15, <18"')
    return text


def is_of_versions(versions: str, major: int) -> bool:
    """Whether a major version of Odoo is among those that a condition names."""
    bounds = [match for part in versions.split(",") if (match := _BOUND.fullmatch(part))]
    return all(_COMPARE[match[1] or ""](major, int(match[2])) for match in bounds)


Versions = Annotated[
    str, BeforeValidator(_versions), Field(json_schema_extra={"type": ["string", "integer"], "examples": ["<17"]})
]


class OdooWhen(SpecModel):
    """The servers that a field is read from."""

    versions: Versions = Field(
        alias=VERSION, description="Major versions of Odoo: 17, <17, >=16, or several conditions: >=15, <18."
    )


class OdooField(SpecModel):
    """The field that a column holds, or the path to it."""

    field: FieldPath = Field(
        description="A field of the model, or a path over relations: country_id.code. At its end, `external_id` is the"
        " external id of the record."
    )
    lang: LanguageCode | None = Field(default=None, description="The language of its text; default: that of `context`.")
    company: CompanyName | None = Field(
        default=None, description="The company whose value is meant: its name, external id or id."
    )
    labels: LanguageCode | None = Field(
        default=None, description="Of a selection: cells hold the labels in this language (de_DE), not the values."
    )
    when: OdooWhen | None = Field(
        default=None, description='Read it only from servers of these versions: {source.version: "<17"}.'
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        """`country: country_id.code` is `country: {field: country_id.code}`."""
        return {"field": data} if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A path alone, or the mapping."""
        long = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [long["properties"]["field"], long]}

    def is_in(self, major: int) -> bool:
        """Whether it is read from a server of this version."""
        return self.when is None or is_of_versions(self.when.versions, major)


def _alternatives(value: Any) -> Any:
    """One field as a list of one."""
    return value if isinstance(value, (list, tuple)) else (value,)


class _OneOrSeveral:
    """The JSON Schema of what may be one item or a list of them."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        several = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [several["items"], several]}


OdooColumn = Annotated[tuple[OdooField, ...], BeforeValidator(_alternatives), Field(min_length=1), _OneOrSeveral()]


def _columns(value: Any) -> Any:
    """A list of paths as columns that are called as these."""
    if not isinstance(value, (list, tuple)):
        return value
    if not all(isinstance(path, str) for path in value):
        raise invalid("must be a list of fields, or a mapping of columns to fields", "for example [id, name]")
    if twice := sorted({path for path in value if value.count(path) > 1}):
        raise invalid(f"names {', '.join(twice)} twice", "remove one of them")
    return {path: path for path in value}


class _ListOrMapping:
    """The JSON Schema of columns, which may be a list of paths."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        mapping = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"type": "array", "items": {"type": "string"}, "minItems": 1}, mapping]}


OdooColumns = Annotated[dict[Name, OdooColumn], BeforeValidator(_columns), Field(min_length=1), _ListOrMapping()]


class OdooLines(SpecModel):
    """The records of a one2many field, each of which becomes a row."""

    domain: Domain = Field(default=[], description="Which of them; an Odoo domain.")
    fields: OdooColumns = Field(
        description="Column to field of a line; in rows, the column stands behind the field's name: order_line.price."
    )
    lines: dict[FieldName, OdooLines] = Field(default={}, description="The lines of each line.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A field is read as a column or as lines."""
        yield from lines_issues(data)


def lines_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """Columns are not called as lines, or as columns of theirs."""
    columns, lines = data.get("fields"), data.get("lines")
    names = [name for name in columns if isinstance(name, str)] if isinstance(columns, Mapping | list | tuple) else []
    for line in lines if isinstance(lines, Mapping) else ():
        for number, name in enumerate(names):
            if name == line or name.startswith(f"{line}."):
                at = ("fields", name if isinstance(columns, Mapping) else number)
                yield Issue(f"the column `{name}` is called as the lines of `{line}`", at, "give it another name")


def column_names(columns: Mapping[str, Any], lines: Mapping[str, OdooLines]) -> list[str]:
    """The names that the columns of records and of their lines have in rows."""
    inner = [f"{name}.{one}" for name, some in lines.items() for one in column_names(some.fields, some.lines)]
    return [*columns, *inner]


def read_lines(lines: Mapping[str, OdooLines], columns: frozenset[str]) -> dict[str, OdooLines]:
    """The lines of which some of these columns are read."""
    found = {}
    for name, one in lines.items():
        inner = frozenset(column.removeprefix(f"{name}.") for column in columns if column.startswith(f"{name}."))
        if inner.intersection(column_names(one.fields, one.lines)):
            found[name] = one.model_copy(update={"lines": read_lines(one.lines, inner)})
    return found


__all__ = [
    "OdooColumns",
    "OdooField",
    "OdooLines",
    "column_names",
    "is_of_versions",
    "lines_issues",
    "read_lines",
]
