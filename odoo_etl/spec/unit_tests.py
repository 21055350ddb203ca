"""Tests of a job: rows that are given, and the records or rejects that are expected of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.value_kinds import Flag, ModelName, Whole

Cells = dict[str, Any]
RowNumber = Annotated[Whole, Field(ge=1)]
_SAID = ("records", "rejects", "skipped", "filtered")
# Values that YAML has no form of, and databases do: {date: 2024-01-31}.
TYPED_CELLS: Final[Mapping[str, Callable[[str], Any]]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "decimal": Decimal,
}


def typed_cell(value: Any) -> Any:
    """A date, a moment or an exact number as the cell of a row.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, Mapping) or len(value) != 1 or (kind := next(iter(value))) not in TYPED_CELLS:
        raise ValueError("is no cell")
    try:
        return TYPED_CELLS[kind](str(value[kind]))
    except (ValueError, InvalidOperation):
        raise ValueError(f"{value[kind]!r} is no {kind}") from None


class ExpectedReject(SpecModel):
    """A row that is to be rejected, as far as the test says."""

    row: RowNumber | None = Field(default=None, description="Which row of `given`, from 1.")
    code: str | None = Field(default=None, description="Its code, such as bad_date.")
    field: str | None = Field(default=None, description="The field that is at fault.")
    reason: str | None = Field(default=None, description="A part of its reason.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Something is expected of it."""
        if not any(value is not None for value in data.values()):
            yield Issue("says nothing of the reject", (), "row, code, field or reason")


class ExpectedOutcome(SpecModel):
    """The outcome of the rows. No reject but those that are named is taken for right."""

    records: tuple[Cells, ...] | None = Field(
        default=None, description="All records that the rows become: of each, field to value, as Odoo is to get it."
    )
    exactly: Flag = Field(default=False, description="The records have no other values than those that are named.")
    rejects: tuple[ExpectedReject, ...] = Field(default=(), description="All rows that are to be rejected.")
    skipped: tuple[RowNumber, ...] | None = Field(
        default=None, description="The rows that are to be left alone (mode, on_missing: skip_row), from 1."
    )
    filtered: tuple[RowNumber, ...] | None = Field(
        default=None, description="The rows that are not the job's (where, explode, distinct), from 1."
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A test that expects nothing cannot fail."""
        if not any(data.get(name) is not None for name in _SAID):
            yield Issue("expects nothing", (), f"at least one of {', '.join(_SAID)}")
        if data.get("exactly") and data.get("records") is None:
            yield Issue("`exactly` is for `records`", ("exactly",))


class UnitTestSpec(SpecModel):
    """One test of a job: rows through its source, mapping and lookups, without a server."""

    name: str = Field(default="", description="What it shows; reports call it so.")
    given: tuple[Cells, ...] = Field(
        min_length=1,
        description="Rows: column to cell; columns that are left out are empty. Cells are text as a file would give it,"
        " or values as a database would, {date: 2024-01-31}, {datetime: ...} and {decimal: ...} among them.",
    )
    lookups: dict[ModelName, tuple[Cells, ...]] = Field(
        default={},
        description="The records of Odoo, by model: rows of field to value. A model without a table has no records; one"
        " of the job's own model is there already.",
    )
    expect: ExpectedOutcome = Field(description="The records, rejects, skipped and filtered rows that come of it.")


class JobTestsSpec(SpecModel):
    """A file of `tests/` beside the jobs: the tests of one of them."""

    version: Literal[1] = Field(description="The version of this format.")
    job: str = Field(min_length=1, description="The job that is tested.")
    unit_tests: tuple[UnitTestSpec, ...] = Field(min_length=1, description="The tests.")
