"""Settings of PyMySQL on a source's connection: values of MySQL's own as what a job knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any, Final

from pymysql.constants import FIELD_TYPE
from pymysql.converters import convert_date, convert_datetime, convert_timedelta

from odoo_etl.text import OutOfRange

NO_DATE: Final = "is no date: where it means none, write NULLIF(column, 0) in the query"
_DAY: Final = timedelta(days=1)


def read_every_value(decoders: dict[int, Callable[[Any], Any]]) -> None:
    """Make a connection's decoders give numbers for bits, times for times, and `OutOfRange` for dates of zeros."""
    decoders |= {
        FIELD_TYPE.BIT: lambda data: int.from_bytes(data, "big"),
        FIELD_TYPE.TIME: _time_of_day,
        FIELD_TYPE.DATE: _tolerant(convert_date),
        FIELD_TYPE.DATETIME: _tolerant(convert_datetime),
        FIELD_TYPE.TIMESTAMP: _tolerant(convert_datetime),
    }


def _time_of_day(text: Any) -> Any:
    """A time of day; what is none, since MySQL's times may be longer or below zero, is an interval."""
    value = convert_timedelta(text)
    if not isinstance(value, timedelta) or not timedelta(0) <= value < _DAY:
        return value
    minutes, seconds = divmod(value.seconds, 60)
    return time(*divmod(minutes, 60), seconds, value.microseconds)


def _tolerant(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The driver's value; dates of zeros it leaves as text, which a job would take for one."""

    def read(text: Any) -> Any:
        value = convert(text)
        return OutOfRange(value, NO_DATE) if isinstance(value, str) else value

    return read
