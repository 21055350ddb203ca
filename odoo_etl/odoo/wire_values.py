"""Python values to what the wires carry, and JSON back to Python.

Odoo takes datetimes as naive UTC text (`2026-01-31 23:00:00`), dates as ISO text, binary fields as base64 text and all
numbers as JSON numbers. What cannot be carried is `Refused`: the row is at fault, not the server.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson

from odoo_etl.errors import Refused

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME


def dump_json(value: Any, where: str) -> bytes:
    """`value` as JSON.

    Args:
        value: plain values; datetimes, dates, decimals, bytes and sets become what Odoo takes for them.
        where: the call, for the error text.

    Raises:
        Refused: NaN, an infinity, an integer over 64 bits, a lone surrogate, or a type JSON has no form for.
    """
    try:
        body = orjson.dumps(value, default=plain, option=_OPTIONS)
    except orjson.JSONEncodeError as error:
        reason = error.__cause__ or error
        raise Refused(f"{where}: a value cannot be sent: {reason}") from None
    if b"null" in body:  # orjson writes NaN and the infinities as null; no null, no need to look
        check_finite(value, where)
    return body


def load_json(data: bytes) -> Any:
    """JSON to Python; Odoo's old JSON-RPC answers with bare NaN, which only the standard library reads.

    Raises:
        ValueError: the text is not JSON, e.g. cut off, or nested deeper than any answer of Odoo.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("JSON is nested too deep") from None


def plain(value: Any) -> Any:
    """The plain form of a value that JSON and XML-RPC have no type for.

    Raises:
        TypeError: there is none.
    """
    if isinstance(value, datetime):
        utc = value.astimezone(UTC) if value.tzinfo else value
        return utc.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return _container(value)


def _container(value: Any) -> Any:
    """Mappings, sets and sequences of any kind as dict and list."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, AbstractSet | Sequence):
        return list(value)
    raise TypeError(f"values of type {type(value).__name__} have no form in Odoo")


def check_finite(value: Any, where: str) -> None:
    """Refuse NaN and the infinities anywhere in `value`; Odoo would read them as an empty field, or fail later.

    Raises:
        Refused: there is one.
    """
    if isinstance(value, str | int | bytes) or value is None:
        return
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise Refused(f"{where}: a number is NaN or infinite; Odoo has no such numbers")
        return
    for part in _parts(value):
        check_finite(part, where)


def _parts(value: Any) -> Iterable[Any]:
    """The items in a container of any kind; nothing for everything else."""
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, Sequence | AbstractSet) else ()
