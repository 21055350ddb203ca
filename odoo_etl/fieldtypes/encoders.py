"""Typed values to what Odoo's external API takes for a field."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from odoo_etl.fieldtypes.bad_value import BadValue, shown
from odoo_etl.fieldtypes.binary import REMEDY, content_of
from odoo_etl.fieldtypes.cells import Convert, parse_date, parse_datetime, parse_decimal, parse_integer, parse_text
from odoo_etl.fieldtypes.html import paragraph
from odoo_etl.fieldtypes.properties import properties_of
from odoo_etl.fieldtypes.target import TargetField
from odoo_etl.spec import FieldSpec

# XML makes others of line ends, and cannot hold the rest.
NOT_EXACT = re.compile(r"[\x01-\x08\x0b-\x1f\ufffe\uffff]")
INT4 = range(-(2**31), 2**31)  # an Odoo integer is a PostgreSQL int4


def encode_text(target: TargetField) -> Convert:
    """Text that PostgreSQL can store and the field is long enough for."""
    to_text = parse_text(FieldSpec(value=""))

    def encode(value: Any) -> str:
        text: str = value if type(value) is str else to_text(value)
        if target.size and len(text) > target.size:
            raise BadValue("too_long", f"{shown(text)} has {len(text)} characters; {target.name} takes {target.size}")
        if "\0" in text:
            raise BadValue("bad_text", f"{target.name} holds a NUL character, which PostgreSQL cannot store")
        if target.searched and NOT_EXACT.search(text):
            reason = f"{target.name} holds a control character, so that no record is found by it for sure"
            raise BadValue("bad_text", f"{reason} (`transform: collapse` makes line ends blanks)")
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise BadValue("bad_text", f"{target.name} holds half a character (a lone surrogate)") from None
        return text

    return encode


def encode_plain(target: TargetField) -> Convert:
    """Text for a field that holds HTML: escaped, with its lines."""
    text = encode_text(target)
    return lambda value: paragraph(text(value))


def encode_selection(target: TargetField) -> Convert:
    """One of the values that the field offers."""
    text = encode_text(target)
    allowed = target.selection

    def encode(value: Any) -> str:
        choice: str = text(value)
        if allowed is not None and choice not in allowed:
            some = ", ".join(sorted(map(str, allowed))[:12]) + (", …" if len(allowed) > 12 else "")
            raise BadValue("bad_selection", f"{shown(value)} is not among the values of {target.name}: {some}")
        return choice

    return encode


def encode_integer(target: TargetField) -> Convert:
    """Whole numbers of 32 bits."""
    whole = parse_integer(FieldSpec(value=0))

    def encode(value: Any) -> int:
        number: int = whole(value)
        if number not in INT4:
            raise BadValue("out_of_range", f"{shown(value)} does not fit {target.name}: -2147483648 to 2147483647")
        return number

    return encode


def encode_float(target: TargetField) -> Convert:
    """Finite numbers."""
    decimal = parse_decimal(FieldSpec(value=0))

    def encode(value: Any) -> float:
        number = float(value) if isinstance(value, float) else float(decimal(value))
        if not math.isfinite(number):
            raise BadValue("bad_number", f"{shown(value)} is not a number that {target.name} can hold")
        return number

    return encode


def encode_boolean(target: TargetField) -> Convert:
    """True and false, also as 1 and 0."""

    def encode(value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, (int, Decimal, float)) and value in (0, 1):
            return bool(value)
        raise BadValue("bad_boolean", f"{shown(value)} is no true or false for {target.name}")

    return encode


def encode_date(_: TargetField) -> Convert:
    """`2024-02-29`."""
    iso = parse_date(FieldSpec(value=""))

    def encode(value: Any) -> str:
        day: date = iso(value)
        return day.isoformat()

    return encode


def encode_datetime(_: TargetField) -> Convert:
    """`2024-02-29 12:30:00`, in UTC."""
    utc = parse_datetime(FieldSpec(value=""))

    def encode(value: Any) -> str:
        moment: datetime = utc(value)
        return moment.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")

    return encode


def encode_binary(target: TargetField) -> Convert:
    """Base64 of bytes, or of what is base64 already; nothing is guessed."""

    def encode(value: Any) -> str:
        if not isinstance(value, str | bytes):
            raise BadValue("bad_binary", f"{shown(value)} is no content of {target.name}; {REMEDY}")
        content = value if isinstance(value, bytes) else content_of(value)
        return base64.b64encode(content).decode()  # as Odoo gives it back

    return encode


def encode_properties(target: TargetField) -> Convert:
    """Properties by name, or JSON text of them."""
    return lambda value: properties_of(value, target.name)


def encode_as_is(_: TargetField) -> Convert:
    """What the API takes as it is."""
    return lambda value: value


ENCODERS: Mapping[str, Callable[[TargetField], Convert]] = {
    "char": encode_text,
    "text": encode_text,
    "html": encode_text,
    "selection": encode_selection,
    "integer": encode_integer,
    "many2one": encode_integer,
    "many2many": encode_integer,
    "many2one_reference": encode_integer,
    "float": encode_float,
    "monetary": encode_float,
    "boolean": encode_boolean,
    "date": encode_date,
    "datetime": encode_datetime,
    "binary": encode_binary,
    "properties": encode_properties,
}


def are_wire_texts(cells: Sequence[Any], target: TargetField) -> bool:
    """Whether all cells are texts that the text field can hold."""
    try:
        together = "".join(cells)
        together.encode()
    except (TypeError, UnicodeEncodeError):  # not all are texts; half a character
        return False
    if "\0" in together or (target.searched and NOT_EXACT.search(together)):
        return False
    return target.size is None or max(map(len, cells), default=0) <= target.size
