"""Cells as expectations look at them: as the source gives them, numbers and dates as the job's fields read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import MAXYEAR, UTC, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from odoo_etl.fieldtypes import PASSWORDS, BadValue, Convert, as_text, parse_datetime, parse_decimal, shown
from odoo_etl.spec import ColumnSum, FieldSpec, FreshnessExpected, JobSpec, joined_name

EXACT: Final = Context(prec=1000)  # sums lose no digit
ODOO_DIGITS: Final = 15  # significant digits of a float that survive the way from PostgreSQL
_NUMBER_KEYS: Final = ("decimal", "thousands", "currency", "percent")
_DATE_KEYS: Final = ("format", "language", "serial", "timezone")


def is_empty(cell: Any) -> bool:
    """Whether a cell holds nothing, or nothing but blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def text_or_none(cell: Any) -> str | None:
    """The text of a cell; None where it has none."""
    try:
        return as_text(cell)
    except BadValue:
        return None


def number_cells(spec: JobSpec, column: str, own: ColumnSum) -> Convert:
    """The function from a cell of the column to its exact number; it raises BadValue.

    Args:
        own: the marks that the expectation itself names, which stand in place of the field's.
    """
    keys = _as_read(spec, column, _NUMBER_KEYS)
    if own.decimal or own.thousands:
        keys |= {"decimal": own.decimal, "thousands": own.thousands}
    return parse_decimal(FieldSpec.model_construct(**keys))


def moment_cells(spec: JobSpec, expected: FreshnessExpected) -> Callable[[Any], datetime]:
    """The function from a cell to the end of what it names, in UTC: of a day its end; it raises BadValue."""
    keys = _as_read(spec, expected.column, _DATE_KEYS)
    if expected.format:
        keys |= {"format": expected.format, "serial": None}
    read = parse_datetime(FieldSpec.model_construct(**keys))
    zone = ZoneInfo(keys["timezone"]) if keys.get("timezone") else UTC

    def moment(cell: Any) -> datetime:
        found: datetime = read(cell)
        if found.year == MAXYEAR or found.astimezone(zone).time() != time():
            return found
        return found + timedelta(days=1)

    return moment


def _as_read(spec: JobSpec, column: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """The keys by which a field of the job reads a column; none where no field says any."""
    for name, one in _fields_by_column(spec):
        said = {key: getattr(one, key) for key in keys}
        if name == column and any(said.values()):
            return said
    return {}


def _fields_by_column(spec: JobSpec) -> Iterator[tuple[str | None, FieldSpec]]:
    """The fields of records and of their lines, each with its column as the job's rows have it."""
    for path, one in spec.every_field.items():
        field = path.partition(".")[0]
        joined = one.column is not None and field in spec.line_sources
        yield joined_name(field, one.column or "") if joined else one.column, one


def shower(spec: JobSpec, columns: Iterable[str]) -> Callable[[Any], str]:
    """The function from a cell of some columns to how a report repeats it; nobody sees a password."""
    secret = {one.column for name, one in spec.fields.items() if name in PASSWORDS}
    return shown if secret.isdisjoint(columns) else lambda _: "a value that is not shown"


def added(one: Decimal, more: Decimal) -> Decimal:
    """The exact sum."""
    return EXACT.add(one, more)


def from_odoo(value: Any) -> Decimal:
    """A number that Odoo answered; 0 where it answered none."""
    return Decimal(f"{value:.{ODOO_DIGITS}g}") if isinstance(value, float) else Decimal(int(value or 0))


def as_number(value: Decimal) -> str:
    """The digits of a number, without an exponent and without zeros that say nothing."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
