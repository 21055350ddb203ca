"""Cells to typed values, and typed values to what Odoo's external API takes.

Two steps. `PARSERS` read a cell (text from CSV, typed from SQL) as the type that the job declares, or that the target
field suggests. `ENCODERS` turn the typed value into the wire value of the target field. Both raise `BadValue`.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from odoo_etl.mapping.target import TargetField
from odoo_etl.spec import FieldSpec

Convert = Callable[[Any], Any]

TRUE = frozenset({"1", "true", "t", "yes", "y"})
FALSE = frozenset({"0", "false", "f", "no", "n"})
INT4 = range(-(2**31), 2**31)  # an Odoo integer is a PostgreSQL int4
MOST_DIGITS = 30  # of a whole number; far beyond what any field takes
SHOWN = 80  # characters of a bad value that an error repeats


class BadValue(ValueError):
    """A cell that cannot become a value of its field."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def shown(value: Any) -> str:
    """The value as an error text repeats it: quoted, and cut when it is long."""
    if isinstance(value, int) and value.bit_length() > 4 * SHOWN:
        return f"a number of {value.bit_length()} bits"  # Python refuses to write the longest ones out
    text = value if isinstance(value, str) else str(value)
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")


# --- transforms ------------------------------------------------------------------------------------------------------

TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "strip": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "collapse": lambda text: " ".join(text.split()),
    "digits": lambda text: re.sub(r"\D", "", text, flags=re.ASCII),
}


# --- reading a cell --------------------------------------------------------------------------------------------------


def _char(_: FieldSpec) -> Convert:
    def parse(cell: Any) -> str:
        if isinstance(cell, str):
            return cell
        if isinstance(cell, bytes):
            raise BadValue("bad_text", "bytes are no text; decode them in the query")
        return cell.isoformat() if isinstance(cell, date) else str(cell)

    return parse


def _decimal(spec: FieldSpec) -> Convert:
    point, thousands = spec.decimal or ".", spec.thousands or ""
    groups = re.escape(thousands)
    digits = rf"\d{{1,3}}(?:{groups}\d{{3}})+|\d+" if thousands else r"\d+"
    number = re.compile(
        rf"[+-]?(?:(?:{digits})(?:{re.escape(point)}\d*)?|{re.escape(point)}\d+)(?:[eE][+-]?\d{{1,3}})?", re.ASCII
    )
    wanted = f"a number like {'1' + thousands + '234' + point + '5'}"

    def parse(cell: Any) -> Decimal:
        if isinstance(cell, bool):
            raise BadValue("bad_number", f"{shown(cell)} is not {wanted}")
        if isinstance(cell, (int, float, Decimal)):
            value = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
            if not value.is_finite():
                raise BadValue("bad_number", f"{shown(cell)} is not {wanted}")
            return value
        text = str(cell).strip()
        if not number.fullmatch(text):
            raise BadValue("bad_number", f"{shown(cell)} is not {wanted}")
        plain = text.replace(thousands, "") if thousands else text
        return Decimal(plain.replace(point, "."))

    return parse


def _integer(spec: FieldSpec) -> Convert:
    decimal = _decimal(spec)

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


def _boolean(_: FieldSpec) -> Convert:
    def parse(cell: Any) -> bool:
        if isinstance(cell, (int, float, Decimal)) and cell in (0, 1):
            return bool(cell)
        text = str(cell).strip().lower()
        if text in TRUE:
            return True
        if text in FALSE:
            return False
        raise BadValue("bad_boolean", f"{shown(cell)} is neither true/yes/1 nor false/no/0 (use map for other words)")

    return parse


def _date(spec: FieldSpec) -> Convert:
    def parse(cell: Any) -> date:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        try:
            if spec.format:
                return datetime.strptime(str(cell).strip(), spec.format).date()  # noqa: DTZ007 - a date has no zone
            return date.fromisoformat(str(cell).strip())
        except ValueError:
            wanted = spec.format or "YYYY-MM-DD"
            raise BadValue("bad_date", f"{shown(cell)} is not a date written {wanted}") from None

    return parse


def _datetime(spec: FieldSpec) -> Convert:
    zone = ZoneInfo(spec.timezone) if spec.timezone else UTC

    def parse(cell: Any) -> datetime:
        if isinstance(cell, datetime):
            moment = cell
        elif isinstance(cell, date):
            moment = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the zone follows below
        else:
            moment = _read_datetime(str(cell).strip(), spec.format)
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        except OverflowError:
            raise BadValue("bad_datetime", f"{shown(cell)} is outside the years 1 to 9999 in UTC") from None

    return parse


def _read_datetime(text: str, pattern: str | None) -> datetime:
    try:
        return datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)  # noqa: DTZ007 - ditto
    except ValueError:
        wanted = pattern or "YYYY-MM-DD HH:MM:SS"
        raise BadValue("bad_datetime", f"{shown(text)} is not a date and time written {wanted}") from None


def _as_is(_: FieldSpec) -> Convert:
    return lambda cell: cell


PARSERS: Mapping[str, Callable[[FieldSpec], Convert]] = {
    "char": _char,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "as_is": _as_is,
}

# The type a cell is read as when the job declares none, by the type of the target field.
SUGGESTED = {
    "char": "char",
    "text": "char",
    "html": "char",
    "selection": "char",
    "integer": "integer",
    "many2one": "integer",
    "many2many": "integer",
    "float": "decimal",
    "monetary": "decimal",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
}


# --- writing a value -------------------------------------------------------------------------------------------------


def _wire_text(target: TargetField) -> Convert:
    to_text = _char(FieldSpec(value=""))

    def encode(value: Any) -> str:
        text: str = value if type(value) is str else to_text(value)
        if target.size and len(text) > target.size:
            raise BadValue("too_long", f"{shown(text)} has {len(text)} characters; {target.name} takes {target.size}")
        if "\0" in text:
            raise BadValue("bad_text", f"{target.name} holds a NUL character, which PostgreSQL cannot store")
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise BadValue("bad_text", f"{target.name} holds half a character (a lone surrogate)") from None
        return text

    return encode


def _wire_selection(target: TargetField) -> Convert:
    text = _wire_text(target)
    allowed = target.selection

    def encode(value: Any) -> str:
        choice: str = text(value)
        if allowed is not None and choice not in allowed:
            some = ", ".join(sorted(map(str, allowed))[:12]) + (", …" if len(allowed) > 12 else "")
            raise BadValue("bad_selection", f"{shown(value)} is not among the values of {target.name}: {some}")
        return choice

    return encode


def _wire_integer(target: TargetField) -> Convert:
    whole = _integer(FieldSpec(value=0))

    def encode(value: Any) -> int:
        number: int = whole(value)
        if number not in INT4:
            raise BadValue("out_of_range", f"{shown(value)} does not fit {target.name}: -2147483648 to 2147483647")
        return number

    return encode


def _wire_float(target: TargetField) -> Convert:
    decimal = _decimal(FieldSpec(value=0))

    def encode(value: Any) -> float:
        number = float(value) if isinstance(value, float) else float(decimal(value))
        if not math.isfinite(number):
            raise BadValue("bad_number", f"{shown(value)} is not a number that {target.name} can hold")
        return number

    return encode


def _wire_boolean(target: TargetField) -> Convert:
    def encode(value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, (int, Decimal, float)) and value in (0, 1):
            return bool(value)
        raise BadValue("bad_boolean", f"{shown(value)} is no true or false for {target.name}")

    return encode


def _wire_date(_: TargetField) -> Convert:
    iso = _date(FieldSpec(value=""))

    def encode(value: Any) -> str:
        day: date = iso(value)
        return day.isoformat()

    return encode


def _wire_datetime(_: TargetField) -> Convert:
    utc = _datetime(FieldSpec(value=""))

    def encode(value: Any) -> str:
        moment: datetime = utc(value)
        return moment.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")

    return encode


def _wire_binary(target: TargetField) -> Convert:
    def encode(value: Any) -> str:
        if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        try:
            content = base64.b64decode(str(value), validate=True)
        except ValueError:
            raise BadValue("bad_binary", f"{target.name} takes base64 text or bytes") from None
        return base64.b64encode(content).decode()  # as Odoo gives it back

    return encode


def _wire_as_is(_: TargetField) -> Convert:
    return lambda value: value


ENCODERS: Mapping[str, Callable[[TargetField], Convert]] = {
    "char": _wire_text,
    "text": _wire_text,
    "html": _wire_text,
    "selection": _wire_selection,
    "integer": _wire_integer,
    "many2one": _wire_integer,
    "many2many": _wire_integer,
    "many2one_reference": _wire_integer,
    "float": _wire_float,
    "monetary": _wire_float,
    "boolean": _wire_boolean,
    "date": _wire_date,
    "datetime": _wire_datetime,
    "binary": _wire_binary,
}


def converter(spec: FieldSpec, target: TargetField) -> Convert:
    """The function from a non-empty cell to the wire value of `target`; it raises `BadValue`."""
    encode = ENCODERS.get(target.ttype, _wire_as_is)(target)
    if takes_text(spec, target):
        return encode  # reads a cell as text by itself
    parse = PARSERS[_kind(spec, target)](spec)
    return lambda cell: encode(parse(cell))


def takes_text(spec: FieldSpec, target: TargetField) -> bool:
    """Whether a text is written as it is, unless the field cannot hold it."""
    return _kind(spec, target) == "char" and ENCODERS.get(target.ttype) is _wire_text


def are_wire_texts(cells: Sequence[Any], size: int | None) -> bool:
    """Whether all cells are texts that a text field of that size can hold."""
    try:
        together = "".join(cells)
        together.encode()
    except (TypeError, UnicodeEncodeError):  # not all are texts; half a character
        return False
    return "\0" not in together and (size is None or max(map(len, cells), default=0) <= size)


def _kind(spec: FieldSpec, target: TargetField) -> str:
    """The type that a cell is read as."""
    return spec.type or SUGGESTED.get(target.ttype, "as_is")
