"""`date` and `datetime`: texts in UTC."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from odoo_etl.fieldtypes.cells import Convert, not_loadable, parse_date, parse_datetime, parse_day, read_as
from odoo_etl.fieldtypes.field_type import Field, FieldType
from odoo_etl.spec import FieldSpec

FIRST_YEAR = "1000"  # Odoo writes earlier ones with fewer digits, and cannot read those back


def read_date(spec: FieldSpec) -> Convert:
    """Dates; what the job declares as a date and time is its day."""
    return parse_day(spec) if spec.type == "datetime" else read_as("date")(spec)


def encode_date(_: Field) -> Convert:
    """`2024-02-29`."""
    iso = parse_date(FieldSpec(value=""))

    def encode(value: Any) -> str:
        day: date = iso(value)
        return day.isoformat()

    return encode


def encode_datetime(_: Field) -> Convert:
    """`2024-02-29 12:30:00`, in UTC."""
    utc = parse_datetime(FieldSpec(value=""))

    def encode(value: Any) -> str:
        moment: datetime = utc(value)
        return moment.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")

    return encode


def padded(moment: str) -> str:
    """A date or datetime with four digits for the year; Odoo answers fewer before the year 1000."""
    year, dash, rest = moment.partition("-")
    return year.zfill(4) + dash + rest


def date_of(answered: Any) -> date | None:
    """The day of an answer."""
    return date.fromisoformat(padded(answered)) if answered else None


def moment_of(answered: Any) -> datetime | None:
    """The moment of an answer, in UTC."""
    return datetime.fromisoformat(padded(answered)).replace(tzinfo=UTC) if answered else None


def same_moment(ours: Any, theirs: Any) -> bool:
    """Equal, however few digits Odoo gives the year."""
    return ours == theirs or bool(ours and theirs and ours == padded(theirs))


def padded_or_false(value: Any) -> Any:
    """A date or datetime as a key."""
    return padded(value) if value else False


def cell_of_moment(value: str) -> str:
    """The text itself.

    Raises:
        BadValue: `load` cannot read it.
    """
    if value < FIRST_YEAR:
        raise not_loadable(f"{value}, a year before {FIRST_YEAR}")
    return value


def holds_days(spec: FieldSpec) -> bool:
    """Whether the job says that its cells are days, without a time."""
    return spec.type == "date"


DATE = FieldType(
    read=read_date,
    encode=encode_date,
    fitting=("char", "text", "date", "datetime"),
    typed=date_of,
    same=lambda _: same_moment,
    comparable=lambda _: padded_or_false,
    cell=cell_of_moment,
    is_dated=True,
    is_unique=True,
    is_moment=True,
)
DATETIME = replace(
    DATE,
    read=read_as("datetime"),
    encode=encode_datetime,
    typed=moment_of,
    load_context={"tz": "UTC"},
    has_time=True,
)
