"""Is a number of rows unlike those of the last runs? By median and median absolute deviation, which one odd run of
several does not move. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from odoo_etl.spec import VolumeRule

_OF_NORMAL: Final = 1.4826  # times the median absolute deviation is the standard deviation of what is distributed so


@dataclass(frozen=True, slots=True)
class Unlike:
    """A number of rows beside what is usual."""

    rows: int
    usual: float
    allowed: float

    def __str__(self) -> str:
        """The odd thing about it, in a sentence."""
        word = "fewer" if self.rows < self.usual else "more"
        low, high = max(0.0, self.usual - self.allowed), self.usual + self.allowed
        return (
            f"{self.rows:,} rows, {word} than usual: mostly {self.usual:,.0f}, from {low:,.0f} to {high:,.0f} expected"
        )


def unlike(rows: int, before: Sequence[int], rule: VolumeRule) -> Unlike | None:
    """The difference from the last runs; None where there is none, or nobody can say yet.

    Args:
        before: rows of earlier runs, the oldest first.
    """
    last = before[-rule.runs :]
    if len(last) < rule.at_least:
        return None
    usual = median(last)
    spread = median(abs(one - usual) for one in last) * _OF_NORMAL
    allowed = max(float(rule.rows), usual * rule.share / 100, spread * rule.deviations)
    return Unlike(rows, usual, allowed) if abs(rows - usual) > allowed else None
