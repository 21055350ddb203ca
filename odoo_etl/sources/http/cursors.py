"""Cursors of records as texts that sort as the cursors do: numbers, days, moments, or any other text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.documents import value_at
from odoo_etl.sources.nested import keys_of

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,12})\d*)?\s*(Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DIGITS: Final = 30  # before the point of a number, and as many behind it
_SHIFT = Decimal(10) ** _DIGITS
_EXACT = Context(prec=4 * _DIGITS)
_AT: Final = ("source", "incremental", "cursor")

NUMBER, DAY, MOMENT, ZONED, TEXT = "a number", "a day", "a moment", "a moment with a time zone", "a text"


def sortable(value: Any) -> tuple[str, str]:
    """The kind of a cursor, and a text that sorts as it does among others of the kind.

    Raises SourceError: it has no order.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return NUMBER, _number(value)
    if not isinstance(value, str):
        raise SourceError(f"the cursor holds {type(value).__name__} values; it must be a number or a text", _AT)
    if _DAY.fullmatch(value):
        return DAY, value
    return _moment(value) or (TEXT, value)


def _number(value: float | Decimal) -> str:
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= _SHIFT:
        raise SourceError(f"the cursor {value} is no number of at most {_DIGITS} digits", _AT)
    shifted = _EXACT.add(number, _SHIFT)
    return f"{shifted:0{2 * _DIGITS + 2}.{_DIGITS}f}"


def _moment(value: str) -> tuple[str, str] | None:
    """A moment, in UTC where it has a zone; None for what is none."""
    found = _MOMENT.fullmatch(value.strip())
    if found is None:
        return None
    day, clock, seconds, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}{(zone or '').upper()}")
        if zone:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the 30th of February, the year 0
        return None
    return ZONED if zone else MOMENT, f"{moment:%Y-%m-%dT%H:%M:%S}.{(fraction or '').ljust(12, '0')}"


class CursorOf:
    """The cursor of each record, all of one kind.

    Args:
        name: of its column.
        since: records below it are left out; None for none.
    """

    def __init__(self, name: str, since: Any = None) -> None:
        self.name, self._keys = name, keys_of(name)
        self._since = None if since is None else sortable(since)
        self._kind = ""

    @property
    def is_known(self) -> bool:
        """Whether some record had one."""
        return bool(self._kind)

    def at(self, record: dict[str, Any]) -> str | None:
        """The text that a record is sorted by; None without a cursor. Raises SourceError: it is of another kind."""
        value = value_at(record, self._keys)
        if value is None:
            return None
        kind, at = sortable(value)
        if self._kind not in {"", kind}:
            raise SourceError(f"the cursor {self.name!r} is {self._kind} in some records, and {kind} in others", _AT)
        self._kind = kind
        return at

    def leaves_out(self, at: str | None) -> bool:
        """Whether a record is below where the reading begins, as servers that compare days give them."""
        if at is None or self._since is None:
            return False
        kind, since = self._since
        return kind == self._kind and at < since
