"""Speeds, times and shares, and how they are written: numbers are never cut, names in the middle."""

from __future__ import annotations

from collections import deque

WINDOW_S = 30.0  # what the speed is measured over
SAMPLES = 4  # at least so many, also where they are further apart
SAMPLE_EVERY_S = 0.5
FIRST_S, FIRST_ROWS = 2.0, 10  # the first record of a job is created alone


class Speed:
    """Rows a second, over the last half minute.

    Args:
        began: seconds, when no row was done yet.
    """

    def __init__(self, began: float) -> None:
        self._began = began
        self._samples = deque([(began, 0)], maxlen=200)
        self._done = 0

    def at(self, now: float, done: int) -> None:
        """So many rows are done now."""
        self._done = done
        if now - self._samples[-1][0] >= SAMPLE_EVERY_S:
            self._samples.append((now, done))

    def per_s(self, now: float) -> float:
        """Rows a second by now; what stands still slows down. 0 as long as the first rows say nothing."""
        if now - self._began < FIRST_S or (self._done < FIRST_ROWS and now - self._began < WINDOW_S):
            return 0.0
        known = list(self._samples)
        first = next((n for n, (at, _) in enumerate(known) if now - at <= WINDOW_S), len(known))
        at, done = known[max(0, min(first, len(known) - SAMPLES))]
        return max(0.0, (self._done - done) / max(now - at, 0.001))


def duration(seconds: float) -> str:
    """`0:07`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(done: int, rows: int) -> int:
    """The share that is done, in whole percents; 100 of all rows only."""
    return 100 if done >= rows else done * 100 // rows


def per_second(speed: float) -> str:
    """`1,234`, `3.2`, `0.04`: at least one figure that is no zero."""
    return f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}" if speed >= 1 else f"{speed:.2f}"


def in_the_middle(name: str, width: int) -> str:
    """A name that is too long without its middle: beginning and end tell it from others."""
    if len(name) <= width:
        return name
    kept = max(width - 1, 0)
    end = kept // 2
    return f"{name[: kept - end]}…{name[len(name) - end :] if end else ''}"


def fitting(parts: list[tuple[int, str]], width: int, between: str = "  ") -> str:
    """Those of the parts that fit side by side, in their order: what matters least (the highest number) goes first."""
    left = [part for part in parts if part[1]]
    while left and len(between.join(text for _, text in left)) > width:
        left.remove(max(reversed(left), key=lambda part: part[0]))
    return between.join(text for _, text in left)
