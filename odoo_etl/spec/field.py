"""How one field of a record gets its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue
from odoo_etl.spec.content import ContentKeys, content_issues
from odoo_etl.spec.external_id import template_columns
from odoo_etl.spec.field_rules import (
    ALSO_UNTYPED,
    NEEDS_TYPE,
    DeclaredType,
    Epoch,
    known_language,
    known_timezone,
    mark_issues,
    wrong_type,
)
from odoo_etl.spec.lookup import Lookups, model_issues
from odoo_etl.spec.origins import ORIGINS, ColumnName, ConstantValue, MapValue, OriginKeys, origin_issues
from odoo_etl.spec.transforms import Transforms, columns_of
from odoo_etl.spec.tree import Path
from odoo_etl.spec.value_kinds import Flag, LanguageCode, Texts
from odoo_etl.spec.variants import KINDS, OWN_ALONE, VariantSpec, variant_issues, variants_in

Mark = Annotated[str, Field(min_length=1)]

# What is done to cells, and to no constant.
_OF_CELLS = [
    "map",
    "transform",
    "default",
    "required",
    "empty",
    "format",
    "decimal",
    "thousands",
    "currency",
    "percent",
    "language",
    "serial",
    "timezone",
]


class FieldSpec(OriginKeys, ContentKeys):
    """Where a field's value comes from and how it is converted; exactly one of column, columns, value, expr, python."""

    # `value: null` and `default: null` mean something: ask has_value and has_default, not for None.

    map: dict[str, MapValue] | None = Field(
        default=None, description="Replaces the cell's text by a value; a text that is not listed is a reject."
    )
    transform: Transforms = Field(
        default=(),
        description="What happens to the text first, in this order: names, or names with arguments ({slice: [0, 5]}).",
    )
    default: ConstantValue = Field(default=None, description="Taken where the cell is empty.")
    required: Flag = Field(default=False, description="An empty value is a reject.")
    empty: Literal["skip", "clear", "reject"] = Field(
        default="skip", description="An empty cell: leave the field alone, clear it, or reject the row."
    )
    type: DeclaredType | None = Field(
        default=None,
        description="How the text is read; without it, as the field's own type in Odoo. Of an HTML field: text is"
        " escaped and its lines are kept (default), html is for cells that hold HTML. Of files and images: base64"
        " (default) is the content itself, file a path below `root`, url an address.",
    )
    format: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="How dates are written, as in strftime: %d.%m.%Y. Default: ISO 8601."
    )
    decimal: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        default=None, description='The decimal mark, "." by default.'
    )
    thousands: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        default=None, description="The mark between groups of digits; none by default."
    )
    currency: Texts = Field(
        default=(), description="The sign or name of the currency, or several, that may stand beside the number."
    )
    percent: Literal["points", "share"] | None = Field(
        default=None, description="The number may have a % beside it, and 19 % is 19 (points), or 0.19 (share)."
    )
    language: Annotated[str, AfterValidator(known_language)] | None = Field(
        default=None, description="The language of the names of months and days (%B, %b, %A, %a): de, pt_BR."
    )
    serial: Epoch | None = Field(
        default=None, description="Numbers are days as spreadsheets count them, from 1900 or from 1904 (old Macs)."
    )
    labels: LanguageCode | None = Field(
        default=None,
        description="Of a selection: cells hold its labels in this language of Odoo (de_DE), not its values.",
    )
    timezone: Annotated[str, AfterValidator(known_timezone)] | None = Field(
        default=None,
        description="The zone of datetimes that name none, and whose days dates are: Europe/Berlin. Default: UTC.",
    )
    split: Mark | tuple[Mark | None, ...] | None = Field(
        default=None,
        description="The text between the values of a cell: of a many2many, or of a lookup that says `exactly`. With"
        " `columns`, a list with one text, and null for the cells that go with each of the values.",
    )
    lookup: Lookups = Field(
        default=(), description="The record that the value stands for; several lookups are tried in order."
    )
    model_column: ColumnName | None = Field(
        default=None, description="With `lookup`: the column that holds the model of each row's record, for references."
    )
    write: Literal["always", "create", "if_empty"] = Field(
        default="always",
        description="Whether the field is written to records that Odoo has: always, never (create), or only where it is"
        " empty there (if_empty). New records always get it.",
    )
    last: Flag = Field(
        default=False,
        description="Of a record with lines: its rows may differ in this field, and the last one counts.",
    )
    command: Literal["set", "add", "remove"] = Field(
        default="set", description="A many2many becomes exactly these records, gets them added, or loses them."
    )
    translations: dict[LanguageCode, VariantSpec] = Field(
        default={},
        description="Of a translated field: language to the column that holds its text, or to how it is made.",
    )
    companies: dict[Annotated[str, Field(min_length=1)], VariantSpec] = Field(
        default={},
        description="Of a field that differs by company: name, external id or id of a company to the column that holds"
        " its value, or to how it is made.",
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        """`ref: customer_no` is `ref: {column: customer_no}`."""
        return {"column": data} if isinstance(data, str) else data

    @property
    def has_value(self) -> bool:
        """True when `value` is given, be it null."""
        return "value" in self.model_fields_set

    @property
    def beside(self) -> tuple[str, ...]:
        """The columns that its transforms read besides its own value, each once."""
        return tuple(dict.fromkeys(name for step in self.transform for name in columns_of(step)))

    @property
    def has_default(self) -> bool:
        """True when `default` is given, be it null."""
        return "default" in self.model_fields_set

    @property
    def in_languages(self) -> dict[str, FieldSpec]:
        """The field in each other language."""
        return {code: self._varied(one) for code, one in self.translations.items()}

    @property
    def in_companies(self) -> dict[str, FieldSpec]:
        """The field in each other company."""
        return {name: self._varied(one) for name, one in self.companies.items()}

    def _varied(self, one: VariantSpec) -> FieldSpec:
        """The field as it is in another language or company."""
        shared = {name: getattr(self, name) for name in self.model_fields_set - OWN_ALONE}
        own = {name: getattr(one, name) for name in one.model_fields_set}
        return FieldSpec.model_construct(**{**shared, **own})

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """How the keys of a field fit together."""
        yield from origin_issues(data)
        yield from _lookup_width(data)
        yield from wrong_type(data)
        yield from mark_issues(data)
        yield from content_issues(data)
        yield from _constant_issues(data)
        for place, lookup in _lookups(data.get("lookup")):
            yield from model_issues(lookup, place, named=data.get("model_column") is not None)
            if data.get("command") == "remove" and _key_of(lookup, "on_missing") == "create":
                message = "`on_missing: create` beside `command: remove`: a record would be created to be taken away"
                yield Issue(message, (*place, "on_missing"), "`on_missing: empty`: what is not there needs no removal")
        yield from variant_issues(data)
        for place, one in variants_in(data):
            for issue in (*origin_issues(one), *_lookup_width(one)):
                yield replace(issue, at=(*place, *issue.at))
        for key in ("split", "command", "model_column"):
            if data.get(key) is not None and data.get("lookup") is None:
                yield Issue(f"`{key}` only makes sense with `lookup`", (key,))
        for key in ("map", "lookup", "type", "value") if data.get("labels") is not None else ():
            if data.get(key) is not None:
                yield Issue(
                    f"`labels` beside `{key}`: each says what a cell stands for", ("labels",), "remove one of them"
                )
        if data.get("required") is True and data.get("empty") in {"skip", "clear"}:
            yield Issue(f"`empty: {data['empty']}` contradicts `required: true`", ("empty",), "remove one of them")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A column name alone, or the mapping with exactly one origin."""
        schema = handler.resolve_ref_schema(handler(core))
        schema["oneOf"] = [{"required": [origin]} for origin in ORIGINS]
        schema["dependentRequired"] = {key: ["lookup"] for key in ("split", "command", "columns", "model_column")}
        schema["if"] = {"not": {"required": ["model_column"]}}
        schema["then"] = {"properties": {"lookup": _with_model()}}
        schema["dependentSchemas"] = {
            key: {
                "properties": {"type": {"enum": list(types)}},
                **({} if key in ALSO_UNTYPED else {"required": ["type"]}),
            }
            for key, types in NEEDS_TYPE.items()
        }
        description = "The column that holds the value."
        return {"anyOf": [{"type": "string", "minLength": 1, "description": description}, schema]}


def _constant_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """A constant has its type and its model in the job: what says how a cell is read says nothing of it."""
    if "value" not in data:
        return
    if data.get("model_column") is not None:
        message = "`value` is one record for all rows, whose model is no matter of a column"
        yield Issue(message, ("model_column",), "name the model in `lookup`")
    for key in _OF_CELLS if not any(data.get(kind) for kind in KINDS) else ():
        if data.get(key) not in (None, False):
            yield Issue(f"`{key}` is for what the source gives, and `value` stands in the job", (key,), "remove it")


def _with_model() -> dict[str, Any]:
    """The schema of lookups that name their model, or are by id."""
    named = {
        "anyOf": [
            {"required": ["model"]},
            {"properties": {"by": {"enum": ["id", ["id"], "source_id", ["source_id"]]}}, "required": ["by"]},
        ]
    }
    return {"anyOf": [{"type": "object", **named}, {"type": "array", "items": named}]}


def _lookup_width(data: Mapping[str, Any]) -> Iterator[Issue]:
    """As many columns as fields to look up by."""
    columns, given = data.get("columns"), data.get("lookup")
    if columns is not None and given is None:
        yield Issue("`columns` only makes sense with `lookup`", ("columns",), "one column: `column: name`")
    for place, lookup in _lookups(given):
        template = _key_of(lookup, "external_id")
        template = template if isinstance(template, str) else _key_of(template, "template")
        if isinstance(template, str):
            yield from _template_issues(data, (*place, "external_id"), template)
        else:
            yield from _width_issues(columns, _key_of(lookup, "by"), (*place, "by"))
    yield from _split_issues(data, any(_key_of(lookup, "exactly") for _, lookup in _lookups(given)))


def _lookups(given: Any) -> Iterator[tuple[Path, Any]]:
    """Each lookup that is written, with its place."""
    if isinstance(given, (list, tuple)):
        yield from ((("lookup", number), one) for number, one in enumerate(given))
    elif given is not None:
        yield ("lookup",), given


def _key_of(lookup: Any, name: str) -> Any:
    return lookup.get(name) if isinstance(lookup, Mapping) else getattr(lookup, name, None)


def _width_issues(columns: Any, by: Any, place: Path) -> Iterator[Issue]:
    asked = len(by) if isinstance(by, (list, tuple)) else 1
    if columns is None and asked > 1:
        yield Issue(f"`lookup.by` names {asked} fields", place, "give as many `columns`")
    elif isinstance(columns, (list, tuple)) and by is not None and len(columns) != asked:
        yield Issue(f"{len(columns)} columns for {asked} fields in `lookup.by`", ("columns",))


def _split_issues(data: Mapping[str, Any], exactly: bool) -> Iterator[Issue]:
    """One cell of the field holds several values: of a many2many, or of a lookup by a set of records."""
    split, columns = data.get("split"), data.get("columns")
    if exactly and split is None:
        hint = 'for example `split: ", "`, with `columns` `split: [null, ", "]`'
        yield Issue("`exactly` needs `split`: which cell names the set of records", ("split",), hint)
    elif columns is not None and split is not None and not _one_of(split, columns):
        message = "`split` is a list beside `columns`: one text, and null for each other column"
        yield Issue(message, ("split",), 'for example `split: [null, ", "]`')
    elif columns is None and isinstance(split, (list, tuple)):
        yield Issue("a list in `split` goes with `columns`", ("split",), 'one column: `split: ", "`')


def _one_of(split: Any, columns: Any) -> bool:
    if not isinstance(split, (list, tuple)) or not isinstance(columns, (list, tuple)):
        return False
    return len(split) == len(columns) and sum(one is not None for one in split) == 1


def _template_issues(data: Mapping[str, Any], place: Path, template: str) -> Iterator[Issue]:
    """A template names just the columns that the field reads."""
    if data.get("value") is not None or data.get("expr") is not None:
        yield Issue("`external_id` makes ids of columns, not of a value or an expression", place, "`by: external_id`")
        return
    columns = data.get("columns") or [data.get("column")]
    named = list(dict.fromkeys(template_columns(template)))
    if isinstance(columns, (list, tuple)) and set(named) != set(columns):
        wanted = f"`column: {named[0]}`" if len(named) == 1 else f"`columns: [{', '.join(named)}]`"
        yield Issue("the template names other columns than the field reads", place, f"give {wanted}")
