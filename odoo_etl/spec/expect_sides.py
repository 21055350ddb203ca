"""The two sides that an expectation compares: numbers, columns of the source, fields of Odoo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, GetJsonSchemaHandler, Tag, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.domain import Domain
from odoo_etl.spec.value_kinds import FieldName, ModelName, invalid

Column = Annotated[str, Field(min_length=1)]
Mark = Annotated[str, Field(min_length=1, max_length=1)]
_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"


def _exact(value: Any) -> Any:
    """A number of the job, or its text, exactly as it is written."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise invalid("must be a number")
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except ArithmeticError:
        raise invalid("must be a number", "for example 1250.40") from None
    if not number.is_finite():
        raise invalid("must be a number", "for example 1250.40")
    return number


Number = Annotated[
    Decimal,
    BeforeValidator(_exact),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{_NUMBER}$"}]}),
]


class ColumnSum(SpecModel):
    """The sum of a column of the source."""

    per: Literal["row", "record"] = Field(
        default="row",
        description="record: the value counts once for all rows of one key, as the last of them has it.",
    )
    decimal: Mark | None = Field(
        default=None, description="The decimal mark. Default: as a field of the job reads the column, else a dot."
    )
    thousands: Mark | None = Field(
        default=None, description="The mark between groups of digits. Default: as a field of the job reads the column."
    )


class SourceSide(ColumnSum):
    """A sum or a count over the rows of the source."""

    sum: Column | None = Field(default=None, description="The column whose numbers are added up.")
    count: Literal["rows", "records"] | None = Field(
        default=None, description="How many rows the source has, or how many records they stand for (keys)."
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Either a sum or a count; what says how numbers are read is for sums."""
        yield from one_measure(data)
        for key in ("per", "decimal", "thousands"):
            if key in data and data.get("sum") is None:
                yield Issue(f"`{key}` is for `sum`", (key,), "remove it")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With exactly one of both."""
        return with_one_of(handler, core, ("sum", "count"))


class OdooSide(SpecModel):
    """A sum or a count over records of Odoo that a domain finds."""

    model: ModelName = Field(description="The model whose records are looked at.")
    domain: Domain = Field(default=[], description="Which of its records: an Odoo domain. Default: all.")
    sum: FieldName | None = Field(default=None, description="The field whose numbers are added up.")
    count: Literal["records"] | None = Field(default=None, description="How many records there are.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Either a sum or a count."""
        yield from one_measure(data)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With exactly one of both."""
        return with_one_of(handler, core, ("sum", "count"))


def _form(value: Any) -> str:
    if isinstance(value, OdooSide) or (isinstance(value, Mapping) and "model" in value):
        return "(odoo)"
    return "(source)" if isinstance(value, (Mapping, SourceSide)) else "(number)"


Other = Annotated[
    Annotated[Number, Tag("(number)")] | Annotated[SourceSide, Tag("(source)")] | Annotated[OdooSide, Tag("(odoo)")],
    Discriminator(_form),
]


def one_measure(data: Mapping[str, Any]) -> Iterator[Issue]:
    """The issue of a side that has both measures, or none."""
    if (data.get("sum") is None) == (data.get("count") is None):
        yield Issue("needs either `sum` or `count`", (), "`sum: amount_total`, or `count: records`")


def limit_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """The issues of `equals`, `min`, `max` and `tolerance` beside each other."""
    limits = [key for key in ("min", "max") if data.get(key) is not None]
    if data.get("equals") is not None and limits:
        yield Issue(f"`equals` beside `{limits[0]}`", (limits[0],), "remove one of them")
    if data.get("equals") is None and not limits:
        yield Issue("says of no number what it is to be", (), "add `equals`, `min` or `max`")
    if data.get("tolerance") is not None and data.get("equals") is None:
        yield Issue("`tolerance` is for `equals`", ("tolerance",), "remove it")


def order_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """The issue of a least number above the largest one."""
    try:
        least, most = (None if data.get(key) is None else _exact(data[key]) for key in ("min", "max"))
    except ValueError:  # which the key itself says
        return
    if least is not None and most is not None and least > most:
        yield Issue("`min` is above `max`", ("min",))


def with_one_of(handler: GetJsonSchemaHandler, core: CoreSchema, keys: tuple[str, ...]) -> JsonSchemaValue:
    """The schema of a mapping that has exactly one of these keys."""
    schema = handler.resolve_ref_schema(handler(core))
    schema["oneOf"] = [{"required": [key]} for key in keys]
    return schema
