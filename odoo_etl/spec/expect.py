"""`expect`: what is to be true of the source before the first write, and of Odoo after the last one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.domain import Domain
from odoo_etl.spec.expect_sides import (
    Column,
    ColumnSum,
    Number,
    Other,
    SourceSide,
    limit_issues,
    one_measure,
    order_issues,
    with_one_of,
)
from odoo_etl.spec.transforms import checked_pattern, compiled_pattern
from odoo_etl.spec.tree import Path
from odoo_etl.spec.value_kinds import Duration, FieldName, ModelName, Texts, Whole, invalid

Severity = Literal["error", "warn"]
_SEVERITY: Final = "error: the run stops or ends with exit code 4. warn: a note in the report."


def _text(value: Any) -> Any:
    """A value as the text that cells are compared by."""
    if isinstance(value, bool) or value is None:
        raise invalid("must be a text or a number", 'put it in quotes: "true"')
    return str(value) if isinstance(value, (int, float)) else value


Cell = Annotated[str, BeforeValidator(_text), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]})]


class RowsExpected(SpecModel):
    """How many rows the source has."""

    min: Whole | None = Field(default=None, ge=0, description="At least so many.")
    max: Whole | None = Field(default=None, ge=0, description="At most so many.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """At least one limit, and in order."""
        if data.get("min") is None and data.get("max") is None:
            yield Issue("needs `min`, `max` or both", (), "`rows: {min: 100}`")
        yield from order_issues(data)


class AcceptedExpected(SpecModel):
    """The values that a column may have."""

    column: Column = Field(description="The column.")
    values: tuple[Cell, ...] = Field(min_length=1, description="All texts that its cells may have; empty ones pass.")


class RegexExpected(SpecModel):
    """The form of a column's texts."""

    column: Column = Field(description="The column.")
    pattern: Annotated[str, Field(min_length=1), AfterValidator(checked_pattern)] = Field(
        description="A regular expression, as RE2 has them, that the whole text matches; empty cells pass."
    )

    def fits(self) -> Callable[[str], bool]:
        """The function that says whether a text has the form; half a character has none."""
        matches = compiled_pattern(self.pattern).fullmatch

        def fit(text: str) -> bool:
            try:
                return bool(matches(text))
            except UnicodeEncodeError:
                return False

        return fit


class SumExpected(ColumnSum):
    """The sum of a column, which is a number or between two."""

    column: Column = Field(description="The column whose numbers are added up.")
    equals: Number | None = Field(default=None, description="The sum.")
    min: Number | None = Field(default=None, description="The least sum.")
    max: Number | None = Field(default=None, description="The largest sum.")
    tolerance: Number | None = Field(default=None, ge=0, description="How far from `equals` the sum may be.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """One number, or limits in order."""
        yield from limit_issues(data)
        yield from order_issues(data)


class FreshnessExpected(SpecModel):
    """How old the newest row may be."""

    column: Column = Field(description="A column of dates, or of dates and times.")
    within: Duration = Field(gt=0, description="The newest of them is no older than this: 2d, 36h.")
    format: Annotated[str, Field(min_length=1)] | None = Field(
        default=None,
        description="How they are written. Default: as a field of the job reads the column, else ISO 8601.",
    )


SOURCE_CHECKS: Final = ("rows", "unique", "not_null", "accepted", "regex", "sum", "freshness")


class SourceExpected(SpecModel):
    """One thing that is to be true of the source."""

    rows: RowsExpected | None = Field(default=None, description="How many rows the source has: {min: 100, max: 5000}.")
    unique: Texts | None = Field(
        default=None, description="No two rows have the same texts in this column, or in all of these."
    )
    not_null: Texts | None = Field(default=None, description="No cell of this column, or of these, is empty.")
    accepted: AcceptedExpected | None = Field(default=None, description="The texts that a column may have.")
    regex: RegexExpected | None = Field(default=None, description="The form that a column's texts have.")
    sum: SumExpected | None = Field(default=None, description="The sum of a column.")
    freshness: FreshnessExpected | None = Field(default=None, description="How old the newest row may be.")
    severity: Severity = Field(default="error", description=_SEVERITY)

    @property
    def kind(self) -> str:
        """The check that it is."""
        return next(kind for kind in SOURCE_CHECKS if getattr(self, kind) is not None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        if self.unique or self.not_null:
            return tuple(dict.fromkeys((*(self.unique or ()), *(self.not_null or ()))))
        of_one = self.accepted or self.regex or self.sum or self.freshness
        return (of_one.column,) if of_one else ()

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Exactly one check."""
        given = [kind for kind in SOURCE_CHECKS if data.get(kind) is not None]
        if not given:
            yield Issue(f"needs one of {', '.join(SOURCE_CHECKS)}", (), "`unique: order_no`")
        for kind in given[1:]:
            yield Issue(f"`{kind}` beside `{given[0]}`: each is an item of its own", (kind,), "begin a new item")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With exactly one check."""
        return with_one_of(handler, core, SOURCE_CHECKS)


class OdooExpected(SpecModel):
    """One number of Odoo, and what it is to be."""

    sum: FieldName | None = Field(default=None, description="The field whose numbers are added up.")
    count: Literal["records"] | None = Field(default=None, description="How many records there are.")
    where: Domain | None = Field(
        default=None, description="Only those of the job's own records that this Odoo domain finds."
    )
    model: ModelName | None = Field(
        default=None, description="Records of this model, in place of the job's own ones; all, or those of `domain`."
    )
    domain: Domain | None = Field(
        default=None, description="The records that this Odoo domain finds, in place of the job's own ones."
    )
    equals: Other | None = Field(
        default=None,
        description="A number; {sum: column} or {count: rows} of the source; {model: name, sum: field} of Odoo.",
    )
    min: Number | None = Field(default=None, description="The least number.")
    max: Number | None = Field(default=None, description="The largest number.")
    tolerance: Number | None = Field(
        default=None, ge=0, description="How far from each other both sides may be, together and record by record."
    )
    severity: Severity = Field(default="error", description=_SEVERITY)

    @property
    def of_job(self) -> bool:
        """Whether it is about the records that the job's rows stand for."""
        return self.model is None and self.domain is None

    @property
    def of_source(self) -> SourceSide | None:
        """The side of the source, where it is compared with that."""
        return self.equals if isinstance(self.equals, SourceSide) else None

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """One measure, one set of records, one number that it is to be."""
        yield from one_measure(data)
        yield from limit_issues(data)
        yield from order_issues(data)
        for key in ("model", "domain"):
            if data.get("where") is not None and data.get(key) is not None:
                message = f"`where` narrows the job's own records, and `{key}` is in place of them"
                yield Issue(message, ("where",), "put all of it into `domain`")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With exactly one measure."""
        return with_one_of(handler, core, ("sum", "count"))


class ExpectSpec(SpecModel):
    """The expectations of a job."""

    source: tuple[SourceExpected, ...] = Field(
        default=(), description="What is to be true of the source before the first write."
    )
    odoo: tuple[OdooExpected, ...] = Field(default=(), description="What is to be true of Odoo after the last write.")

    def __bool__(self) -> bool:
        """Whether anything is expected."""
        return bool(self.source or self.odoo)

    @property
    def reads_source(self) -> bool:
        """Whether the rows of the source are looked at."""
        return bool(self.source) or any(one.of_source for one in self.odoo)

    def columns(self) -> Iterator[tuple[str, Path]]:
        """Each column of the source that an expectation looks at, with the place of the expectation."""
        for number, one in enumerate(self.source):
            yield from ((column, ("expect", "source", number)) for column in one.columns)
        for number, two in enumerate(self.odoo):
            if two.of_source is not None and two.of_source.sum is not None:
                yield two.of_source.sum, ("expect", "odoo", number)
