"""The worth of reading all records at once, beside asking for those that are needed.

The unit is what a call costs by itself: 12 ms on a real Odoo 19 on this side of the line, more on a slow one.
See docs/decisions/0028-preloading.md for the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WORTH_COUNTING = 10  # questions that are to come
COUNTING = 2  # calls that cost as much as counting
KEYS_A_CALL, RECORDS_A_CALL = 1000, 2000  # asked or read, they cost as much as a call does by itself
COMPARISONS_A_CALL = 50_000  # of a text with a record, in any case: no index helps


class Ahead(NamedTuple):
    """The questions that are to come, and all their keys."""

    calls: float
    keys: float


def questions_ahead(keys: Sequence[int], later: int) -> Ahead:
    """The questions that are to come, as those so far let expect: their keys become fewer at the same pace.

    Args:
        keys: of each question so far; the last one is yet to be asked.
        later: how many may come after it.
    """
    pace = min(1.0, (keys[-1] / keys[0]) ** (1 / (len(keys) - 1))) if len(keys) > 1 else 1.0
    times = later + 1 if pace == 1.0 else (1 - pace ** (later + 1)) / (1 - pace)
    return Ahead(min(later + 1, keys[-1] * times), keys[-1] * times)


def is_worth_counting(ahead: Ahead) -> bool:
    """Whether enough is to come that records may be counted."""
    return ahead.calls >= WORTH_COUNTING


def pays(ahead: Ahead, records: int, page: int, *, any_case: bool) -> bool:
    """Whether reading that many records takes fewer calls than asking, and less time."""
    pages = records // page + 1
    a_key = records / COMPARISONS_A_CALL if any_case else 1 / KEYS_A_CALL
    asking, reading = ahead.calls + ahead.keys * a_key, COUNTING + pages + records / RECORDS_A_CALL
    return 1 + pages < ahead.calls and reading < asking
