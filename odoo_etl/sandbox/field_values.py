"""Values on their way into and out of a column, by field type, as Odoo converts them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from odoo_etl.sandbox.errors import DatabaseError, UserError
from odoo_etl.sandbox.html import sanitize

if TYPE_CHECKING:
    from odoo_etl.sandbox.schema import Field

INT4 = 2**31


def to_column(field: Field, value: Any) -> Any:
    """The value as the column holds it; None for an empty cell.

    Raises:
        ValueError, TypeError: the value does not fit the type (Odoo answers with the same classes).
        DatabaseError: PostgreSQL would refuse it.
    """
    return INTO[field.type](field, value)


def from_column(field: Field, value: Any) -> Any:
    """The value of a cell as it goes over the wire; an empty one is False, 0 or 0.0 by type."""
    if field.type == "boolean":
        return bool(value)
    return EMPTY.get(field.type, False) if value is None else value


EMPTY: dict[str, Any] = {"integer": 0, "many2one_reference": 0, "float": 0.0, "monetary": 0.0}


def _integer(field: Field, value: Any) -> int:
    if field.name == "id" and isinstance(value, str):
        raise DatabaseError("errors.InvalidTextRepresentation", f'invalid input syntax for type integer: "{value}"\n')
    number = int(value or 0)
    if not -INT4 <= number < INT4:
        raise DatabaseError("errors.NumericValueOutOfRange", "integer out of range\n")
    return number


def _float(field: Field, value: Any) -> float:
    number = float(value or 0.0)
    return round_half_up(number, field.digits) if field.digits is not None else number


def round_half_up(number: float, digits: int) -> float:
    """Round as Odoo does: a half goes away from zero, seen in decimal notation."""
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_UP))


def _boolean(_field: Field, value: Any) -> int:
    return int(bool(value))


def _text(field: Field, value: Any) -> str | None:
    if value is None or value is False:
        return None
    text = str(value)
    if "\x00" in text:
        raise ValueError("A string literal cannot contain NUL (0x00) characters.")
    size = field.described.get("size")
    return text[:size] if size else text


def _html(field: Field, value: Any) -> str | None:
    text = _text(field, value)
    return sanitize(text) if text and field.described.get("sanitize") else text


def _date(_field: Field, value: Any) -> str | None:
    if not value:
        return None
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return datetime.strptime(value[:10], "%Y-%m-%d").strftime("%Y-%m-%d")  # noqa: DTZ007 - a day has no zone


def _datetime(_field: Field, value: Any) -> str | None:
    if not value:
        return None
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    form = "%Y-%m-%d %H:%M:%S"[: len(value) - 2]
    return datetime.strptime(value, form).strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - Odoo's are in UTC


def _selection(field: Field, value: Any) -> Any:
    if not value:
        return None
    if field.selection is not None and value not in field.selection:
        raise ValueError(f"Wrong value for {field}: {value!r}")
    return value


def _many2one(field: Field, value: Any) -> int | None:
    """An id; PostgreSQL also takes a text or a float that is a whole number, and nothing else."""
    if not value:
        return None
    if value is True:
        reason = f'column "{field.name}" is of type integer but expression is of type boolean\n'
        raise DatabaseError("errors.DatatypeMismatch", reason)
    if isinstance(value, dict):
        raise DatabaseError("ProgrammingError", "can't adapt type 'dict'")
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if not whole and not (isinstance(value, str) and value.strip().lstrip("+-").isdigit()):
        reason = f'invalid input syntax for type integer: "{value}"\n'
        raise DatabaseError("errors.InvalidTextRepresentation", reason)
    return int(value)


def _binary(_field: Field, value: Any) -> str | None:
    if not value:
        return None
    text = value if isinstance(value, str) else bytes(value).decode("ascii")
    try:
        base64.b64decode(text.encode("ascii"), validate=False)
    except (binascii.Error, UnicodeEncodeError):
        raise UserError("The content of the binary field is not valid base64.") from None
    return text


INTO: dict[str, Callable[[Field, Any], Any]] = {
    "integer": _integer,
    "many2one_reference": _integer,
    "float": _float,
    "monetary": _float,
    "boolean": _boolean,
    "char": _text,
    "text": _text,
    "html": _html,
    "date": _date,
    "datetime": _datetime,
    "selection": _selection,
    "many2one": _many2one,
    "binary": _binary,
    "reference": _text,
}
