"""Numbers, times and values in words, as pages have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any, Final

from odoo_etl.reporting.words import short

BAR: Final = 1000
LEAST_SHARE: Final = 4
_SIZES = ("bytes", "kB", "MB", "GB", "TB")


def number(value: float) -> str:
    """`12,345`, or `1.5` of what is not whole."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def duration(seconds: float) -> str:
    """`0.4 s`, `42 s`, `3 min 05 s`, `2 h 10 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02} min"


def size(count: int) -> str:
    """`12 bytes`, `3.4 MB`."""
    value, unit = float(count), 0
    while value >= 1000 and unit < len(_SIZES) - 1:
        value, unit = value / 1000, unit + 1
    return f"{count} bytes" if unit == 0 else f"{value:.1f} {_SIZES[unit]}"


def shares(kinds: Iterable[str], counts: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """The kinds that there are, each with where its part of a bar of 1,000 begins, and how wide it is.

    What is hardly there is seen all the same.
    """
    known = {kind: counts[kind] for kind in kinds if counts[kind]}
    wide = {kind: max(LEAST_SHARE, count * BAR // sum(known.values())) for kind, count in known.items()}
    ends = [round(end * BAR / sum(wide.values())) for end in accumulate(wide.values())]
    for kind, left, right in zip(wide, (0, *ends), ends, strict=False):
        yield kind, left, right - left


def moment(text: str) -> str:
    """A time of a report as the clock on the wall of this machine has it: `Sun 29 Nov 2026, 07:27:39 CET`."""
    try:
        at = datetime.fromisoformat(text).astimezone()
    except ValueError:
        return text
    return f"{at:%a} {at.day} {at:%b %Y, %H:%M:%S %Z}"


def shown(value: Any, longest: int = 120) -> str:
    """A value in a few characters; what is not there is said."""
    return short(value, longest)
