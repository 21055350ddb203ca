"""Numbers as a line of small bars: the course of something in as many characters as there are numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BLOCKS: Final = "▁▂▃▄▅▆▇█"
LETTERS: Final = "_.:-=+*#"  # for outputs that have no blocks


def sparkline(values: Sequence[float], marks: str = BLOCKS) -> str:
    """The values from 0 to the greatest of them."""
    most = max(values, default=0)
    if most <= 0:
        return marks[0] * len(values)
    return "".join(marks[min(len(marks) - 1, int(value / most * len(marks)))] for value in values)


def marks_for(encoding: str | None) -> str:
    """The marks that an output can show."""
    try:
        BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return LETTERS
    return BLOCKS
