"""Cells (text from CSV, typed from SQL) to typed values: as the job declares, or as the target field suggests.

One that cannot become a value is a `BadValue`, whose text repeats the cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from odoo_etl.codes import ValueCode
from odoo_etl.fieldtypes.date_texts import date_example, moment_reader, serial_reader
from odoo_etl.fieldtypes.number_texts import example, number_reader
from odoo_etl.spec import FieldSpec
from odoo_etl.text import NoText, text_of

Convert = Callable[[Any], Any]

TRUE = frozenset({"1", "true", "t", "yes", "y"})
FALSE = frozenset({"0", "false", "f", "no", "n"})
MOST_DIGITS = 30  # of a whole number; far beyond what any field takes
SHOWN = 80  # characters of a bad value that an error repeats


def parse_text(_: FieldSpec) -> Convert:
    """Any cell that has a text."""
    return as_text


def parse_decimal(spec: FieldSpec) -> Convert:
    """Numbers, exactly; text as `decimal` and `thousands` have it."""
    read, wanted = number_reader(spec), f"a number like {example(spec)}"

    def parse(cell: Any) -> Decimal:
        if isinstance(cell, bool):
            raise BadValue("bad_number", f"{shown(cell)} is not {wanted}")
        if isinstance(cell, (int, float, Decimal)):
            value = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
            if not value.is_finite():
                raise BadValue("bad_number", f"{shown(cell)} is not {wanted}")
            return value
        number = read(str(cell))
        if number is None:
            raise unfit(cell, "bad_number", f"{shown(cell)} is not {wanted}")
        return number

    return parse


def parse_integer(spec: FieldSpec) -> Convert:
    """Whole numbers, also written like 7.0."""
    decimal = parse_decimal(spec)

    def parse(cell: Any) -> int:
        if isinstance(cell, int) and not isinstance(cell, bool):
            return cell
        number = decimal(cell)
        if number.adjusted() > MOST_DIGITS:  # before it is written out as an int
            raise BadValue("out_of_range", f"{shown(cell)} is too large for a whole number")
        whole = int(number)
        if whole != number:
            raise BadValue("bad_number", f"{shown(cell)} is not a whole number")
        return whole

    return parse


def parse_boolean(_: FieldSpec) -> Convert:
    """1 and 0, and a few words for true and false."""

    def parse(cell: Any) -> bool:
        if isinstance(cell, (int, float, Decimal)) and cell in (0, 1):
            return bool(cell)
        text = str(cell).strip().lower()
        if text in TRUE:
            return True
        if text in FALSE:
            return False
        raise unfit(
            cell, "bad_boolean", f"{shown(cell)} is neither true/yes/1 nor false/no/0 (use map for other words)"
        )

    return parse


def parse_date(spec: FieldSpec) -> Convert:
    """Dates; text in `format`, or as YYYY-MM-DD. A moment with a zone is a day in `timezone`, else in UTC."""
    day, read = _day_in(spec), _reader(spec, date.fromisoformat, "bad_date", "date", "YYYY-MM-DD")

    def parse(cell: Any) -> date:
        if isinstance(cell, datetime):
            return day(cell, typed=True)
        if isinstance(cell, date):
            return cell
        found = read(cell)
        return day(found, typed=False) if isinstance(found, datetime) else found

    return parse


def _reader(
    spec: FieldSpec, iso: Callable[[str], date], code: ValueCode, kind: str, written: str
) -> Callable[[Any], date | datetime]:
    """The function from a cell to the date or moment that it stands for: by `format`, else by `iso`, or as a serial."""
    read = moment_reader(spec.format, spec.language) if spec.format else iso
    serial = serial_reader(spec.serial) if spec.serial else None

    def moment(cell: Any) -> date | datetime:
        numbered = serial(cell) if serial else None
        try:
            found = read(str(cell).strip())
        except ValueError:
            if numbered is None:
                reason = f"{shown(cell)} is not a {kind} written {date_example(spec, written)}"
                raise unfit(cell, code, reason) from None
            return numbered
        if numbered is not None and str(numbered)[:10] != str(found)[:10]:
            either = f"{str(found)[:10]} or, as the number of a day in a spreadsheet, {numbered:%Y-%m-%d}"
            raise BadValue("ambiguous_date", f"{shown(cell)} may be {either}")
        return found

    return moment


def _day_in(spec: FieldSpec) -> Callable[..., date]:
    """The function from a moment to its day in `timezone`.

    Without one, text means the day that it says; a typed moment came in whatever zone the database session has, so that
    only its day in UTC is always the same.
    """
    zone = ZoneInfo(spec.timezone) if spec.timezone else None

    def day(moment: datetime, *, typed: bool) -> date:
        if moment.tzinfo is None or not (zone or typed):
            return moment.date()
        try:
            return moment.astimezone(zone or UTC).date()
        except OverflowError:
            raise BadValue("out_of_range", f"'{moment}' is outside the years 1 to 9999 in {zone or UTC}") from None

    return day


def parse_datetime(spec: FieldSpec) -> Convert:
    """Moments in UTC; those without a zone are in `timezone`."""
    zone = ZoneInfo(spec.timezone) if spec.timezone else UTC
    read = _moments(spec)

    def parse(cell: Any) -> datetime:
        moment = read(cell)
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        except OverflowError:
            raise BadValue("out_of_range", f"{shown(cell)} is outside the years 1 to 9999 in UTC") from None

    return parse


def parse_day(spec: FieldSpec) -> Convert:
    """The day of a moment where it was written down, or in `timezone`: in UTC it may be another one."""
    day, read = _day_in(spec), _moments(spec)
    return lambda cell: day(read(cell), typed=isinstance(cell, datetime))


def _moments(spec: FieldSpec) -> Callable[[Any], datetime]:
    """The function from a cell to its moment, with its zone where the cell has one."""
    read = _reader(spec, datetime.fromisoformat, "bad_datetime", "date and time", "YYYY-MM-DD HH:MM:SS")

    def moment(cell: Any) -> datetime:
        found = cell if isinstance(cell, date) else read(cell)
        return found if isinstance(found, datetime) else datetime.combine(found, time())  # a date has no zone

    return moment


def parse_as_is(_: FieldSpec) -> Convert:
    """The cell as the source gives it."""
    return lambda cell: cell


PARSERS: Mapping[str, Callable[[FieldSpec], Convert]] = {
    "char": parse_text,
    "text": parse_text,
    "html": parse_text,
    "integer": parse_integer,
    "decimal": parse_decimal,
    "boolean": parse_boolean,
    "date": parse_date,
    "datetime": parse_datetime,
    "as_is": parse_as_is,
}


def read_as(suggested: str) -> Callable[[FieldSpec], Convert]:
    """How the cells of a field are read: as the job declares, else as the type of the field suggests."""
    return lambda spec: PARSERS[spec.type or suggested](spec)


class BadValue(ValueError):
    """A cell that cannot become a value of its field."""

    def __init__(self, code: ValueCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def unfit(cell: Any, code: ValueCode, reason: str) -> BadValue:
    """The error for a cell that is no value of its field: a list is several, whatever is in it."""
    return several(cell) if isinstance(cell, list | tuple) else BadValue(code, reason)


def several(cell: Sequence[Any]) -> BadValue:
    """The error for a list where one value is meant."""
    count = f"a list of {len(cell)} values" if len(cell) > 1 else "a list"
    return BadValue(
        "several_values", f"{shown(as_text(cell))} is {count}, and one value is wanted (`explode` gives each its row)"
    )


def as_text(cell: Any) -> str:
    """The text of a typed cell; `BadValue` where it has none."""
    try:
        return text_of(cell)
    except NoText as error:
        raise BadValue(error.code, error.reason) from None


def shown(value: Any) -> str:
    """The value as an error text repeats it: quoted, and cut when it is long."""
    if isinstance(value, int) and value.bit_length() > 4 * SHOWN:
        return f"a number of {value.bit_length()} bits"  # Python refuses to write the longest ones out
    if isinstance(value, bool):
        value = text_of(value)
    text = value if isinstance(value, str) else str(value)
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def not_loadable(what: str) -> BadValue:
    """The error for a value that `load` cannot be given."""
    reason = f"Odoo cannot be given {what} together with an external id; leave the field out, or identify by key"
    return BadValue("not_loadable", reason)
