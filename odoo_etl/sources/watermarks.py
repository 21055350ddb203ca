"""Where an incremental reading begins: the watermark that earlier runs confirmed, less the lag of the job."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Context, Decimal
from difflib import get_close_matches
from typing import Any

from odoo_etl.errors import SourceError
from odoo_etl.spec import IncrementalSpec
from odoo_etl.text import OutOfRange

_EXACT = Context(prec=2000, rounding=ROUND_FLOOR)  # further digits may only make a run begin earlier
_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:(?P<mark>[T ])(?P<clock>\d\d:\d\d(?P<seconds>:\d\d(?:[.,](?P<fraction>\d{1,12}))?)?)"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)


def begins_at(spec: IncrementalSpec, watermark: Any) -> Any:
    """Where a run begins: the watermark less the lag, or `initial`; None for everything.

    Raises SourceError when the lag does not fit the watermark.
    """
    if watermark is None:
        return spec.initial
    if not spec.lag:
        return watermark
    try:
        return _less(watermark, spec)
    except OverflowError:  # before the year 1
        return None


def check_column(spec: IncrementalSpec, names: Sequence[str]) -> None:
    """Refuse a cursor that the source does not have."""
    if spec.cursor not in names:
        near = get_close_matches(spec.cursor, names, n=1)
        raise SourceError(
            f"the cursor {spec.cursor!r} is not a column of the source, which has {', '.join(map(repr, names))}"
            + (f" (did you mean {near[0]!r}?)" if near else "")
        )


def check_values(spec: IncrementalSpec, values: Sequence[Any], first_row: int) -> None:
    """Refuse values that have no order, or that would end up above every later one."""
    for kind in {type(value) for value in values} - {OutOfRange}:
        number = issubclass(kind, int | float | Decimal) and kind is not bool
        if kind is not type(None) and not number and not issubclass(kind, str | date):
            raise SourceError(
                f"the cursor {spec.cursor!r} holds {kind.__name__} values; it must be a number, text, date or timestamp"
            )
    for row, value in enumerate(values, first_row):
        if isinstance(value, OutOfRange):
            raise SourceError(f"row {row}: the cursor {spec.cursor!r} is {value}, which {value.why}")
        if isinstance(value, float | Decimal) and not math.isfinite(value):
            raise SourceError(f"row {row}: the cursor {spec.cursor!r} is {value}: no later row could be above it")


def _less(watermark: Any, spec: IncrementalSpec) -> Any:
    """The watermark less the lag, as the same type and never above the exact difference."""
    if isinstance(watermark, int | float | Decimal):
        return _number_less(watermark, spec)
    lag = spec.lag if isinstance(spec.lag, timedelta) else timedelta(seconds=float(spec.lag or 0))
    if isinstance(watermark, str):
        return _text_less(watermark, lag, spec)
    if isinstance(watermark, datetime):
        # In UTC: in a zone with summer time, Python would subtract from what the clock shows.
        return (watermark.astimezone(UTC) if watermark.tzinfo else watermark) - lag
    return (datetime.combine(watermark, time.min) - lag).date()


def _number_less(watermark: float | Decimal, spec: IncrementalSpec) -> int | float | Decimal:
    lag = spec.lag
    if not isinstance(lag, Decimal):
        raise SourceError(
            f"the cursor {spec.cursor!r} holds numbers, but lag: is a duration (write a number, for example lag: 100)"
        )
    if isinstance(watermark, int):
        return watermark - math.ceil(lag)
    return watermark - float(lag) if isinstance(watermark, float) else _EXACT.subtract(watermark, lag)


def _text_less(watermark: str, lag: timedelta, spec: IncrementalSpec) -> str:
    """A date or time in ISO 8601 less the lag, written as before."""
    shape = _ISO.fullmatch(watermark)
    try:
        moment = datetime.fromisoformat(watermark.removesuffix(shape["zone"] or "")) if shape else None
    except ValueError:  # the 30th of February
        moment = None
    if not shape or not moment:
        raise SourceError(
            f"the last cursor {spec.cursor!r} was {watermark!r}, no date or time in ISO 8601 "
            "(lag: can be subtracted only from one such as 2024-01-31 or 2024-01-31 12:30:00)"
        )
    return _written(moment - lag, shape)


def _written(moment: datetime, shape: re.Match[str]) -> str:
    """`moment` in the shape of another; what the shape has no room for is cut off."""
    if not shape["clock"]:
        return moment.date().isoformat()
    text = f"{moment.date().isoformat()}{shape['mark']}{moment:%H:%M}"
    if shape["seconds"]:
        text += f":{moment:%S}"
    if fraction := shape["fraction"]:
        text += shape["seconds"][3] + f"{moment:%f}".ljust(12, "0")[: len(fraction)]
    return text + (shape["zone"] or "")
