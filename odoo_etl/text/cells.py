"""Typed cells, as SQL and Parquet have them: the one text of each type, and those that have none.

| type | text |
|---|---|
| truth | `true`, `false` |
| number | its digits, never with an exponent; a whole double without `.0`, a decimal with the places it has |
| date, time | ISO 8601: `2024-02-29`, `12:30:00` |
| timestamp | ISO 8601: `2024-02-29T12:30:00`; one with a zone in UTC: `2024-02-29T11:30:00+00:00` |
| interval | ISO 8601: `P1DT2H30M` |
| JSON, array | JSON |

Bytes, contents of another Odoo, NaN, infinity and dates beyond the years 1 to 9999 have no text.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from odoo_etl.codes import ValueCode
from odoo_etl.text.content_cells import OdooContent

MOST_DIGITS: Final = 4_000  # of a number that is written out; Python itself refuses more than 4,300
_EXACT: Final = 2**53  # of whole numbers, all up to here are doubles
# What spreadsheets call an error, in any language: `#N/A`, `#NOM ?`, `#¡VALOR!`.
ERROR_TEXT: Final = re.compile(r"#[¡¿]?[^\W\d_][\w/]*(?:\s?[!?])?|Err:\d+")
BEYOND: Final = "is no date or time that can be held here (years 1 to 9999)"


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """A value of a source for which Python has none, such as the date `infinity`.

    Attributes:
        text: as the source writes it.
        why: what is wrong with it, as the rest of a sentence.
        code: of the reject that it makes where a field reads it.
    """

    text: str
    why: str = BEYOND
    code: ValueCode = "out_of_range"

    def __str__(self) -> str:
        """As the source writes it."""
        return self.text


class NoText(ValueError):
    """A cell that is not written as text; `code` and `reason` are those of its reject."""

    def __init__(self, code: ValueCode, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def text_of(cell: Any) -> str:
    """The text of a cell that is not None.

    Raises:
        NoText: its type or its value has none.
    """
    if type(cell) is str:
        return cell
    try:
        return (_TEXTS.get(type(cell)) or _writer(cell))(cell)
    except RecursionError:
        raise NoText("bad_text", "the value is nested too deeply to be written as JSON") from None


def _writer(cell: Any) -> Callable[[Any], str]:
    """That of the nearest base type: drivers have types of their own."""
    return next((_TEXTS[kind] for kind in type(cell).__mro__ if kind in _TEXTS), _refuse)


def _refuse(cell: Any) -> str:
    name = type(cell).__name__
    raise NoText("bad_text", f"a value of type {name} is no text; say in the query how it is written: column::text")


def _bytes(_: bytes) -> str:
    raise NoText("bad_text", "bytes are no text; decode them in the query")


def _content(cell: OdooContent) -> str:
    what = f"{cell.place} is a content and no text: map it to a field of files or images, without `type`"
    raise NoText("bad_text", what)


def _interval(interval: timedelta) -> str:
    whole = interval // timedelta(microseconds=1)
    seconds, micros = divmod(abs(whole), 10**6)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    part = f".{micros:06}".rstrip("0") if micros else ""
    clock = [
        f"{hours}H" if hours else "",
        f"{minutes}M" if minutes else "",
        f"{seconds}{part}S" if seconds or part else "",
    ]
    written = (f"{days}D" if days else "") + ("T" if any(clock) else "") + "".join(clock)
    return ("-" if whole < 0 else "") + "P" + (written or "T0S")


def _out_of_range(cell: OutOfRange) -> str:
    raise NoText(cell.code, f"{cell.text!r} {cell.why}")


def _integer(number: int) -> str:
    if number.bit_length() > 3 * MOST_DIGITS:
        raise NoText("out_of_range", f"a number of {number.bit_length()} bits is not written out")
    return str(int(number))


def _float(number: float) -> str:
    if not math.isfinite(number):
        raise NoText("bad_number", f"{number} is no number that can be written as text")
    shortest = repr(float(number or 0))  # no "-0"
    return (format(Decimal(shortest), "f") if "e" in shortest else shortest).removesuffix(".0")


def _decimal(number: Decimal) -> str:
    if not number.is_finite():
        raise NoText("bad_number", f"{number} is no number that can be written as text")
    if abs(number.adjusted()) > MOST_DIGITS:
        raise NoText("out_of_range", f"{number} has too many digits to be written out")
    return format(number, "f")


def _moment(moment: datetime) -> str:
    try:
        return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()
    except OverflowError:
        raise NoText("out_of_range", f"'{moment}' {BEYOND}") from None


def _json(value: Any) -> str:
    """As JSON; what JSON has no type for is its text."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_quoted(str(key))}: {_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_json, value)) + "]"
    if isinstance(value, float) and math.isfinite(value) and abs(value) > _EXACT:
        return json.dumps(value)  # its digits would be read as another number: a whole one
    return text_of(value) if isinstance(value, bool | int | float | Decimal) else _quoted(text_of(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_TEXTS: Final[Mapping[type, Callable[[Any], str]]] = {
    str: str,
    bool: lambda truth: "true" if truth else "false",
    int: _integer,
    float: _float,
    Decimal: _decimal,
    datetime: _moment,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: _interval,
    bytes: _bytes,
    dict: _json,
    list: _json,
    tuple: _json,
    OutOfRange: _out_of_range,
    OdooContent: _content,
}
