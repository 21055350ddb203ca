"""How many records go into one write, so that it takes seconds and not minutes: one per job, shared by its lanes.

A record with lines counts as one for itself and one for each line. It begins with a whole chunk, since most servers
take that in a second. See docs/decisions/0012-calls-adapt.md.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from odoo_etl.errors import TransientError, UnknownOutcome
from odoo_etl.odoo import Listener, RetryEvent

Item = TypeVar("Item")

LONGEST_S = 4.0
SMALLEST_STEP = 4  # one slow call may have met a lock: it shrinks the next ones to a quarter at most


class TooSlow(UnknownOutcome):
    """A write got no answer in a long time; what it carries may be sent again in smaller calls."""


class CallSize:
    """Follows how long calls take; may be used from several lanes.

    Args:
        most: records of a call at most; None for no limit.
        longest_s: what a call should take at most. Slower ones make the next ones smaller, so that they take about half
            of it; large ones that take less than a quarter make them larger.
        clock: seconds, from any beginning on.
    """

    def __init__(
        self, most: int | None = None, longest_s: float = LONGEST_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most: float = most or math.inf
        self._longest_s, self._clock = longest_s, clock
        self._size = self._most
        self._lock = threading.Lock()

    def of_next(self, left: int) -> int:
        """How many of so many records to send in the next call, when they are sent in even calls."""
        calls = max(1, math.ceil(left / self._size))
        return math.ceil(left / calls)

    def of_weights(self, weights: Sequence[int]) -> int:
        """How many of the first items to send in the next call, of which each counts as so many records."""
        most, total = self.of_next(sum(weights)), 0
        for number, weight in enumerate(weights):
            total += weight
            if total > most:
                return max(number, 1)
        return len(weights)

    def parts(self, items: Sequence[Item]) -> Iterator[Sequence[Item]]:
        """The items in calls, each as large as seems right by then."""
        first = 0
        while first < len(items):
            size = self.of_next(len(items) - first)
            yield items[first : first + size]
            first += size

    @contextmanager
    def timed(self, records: int) -> Iterator[None]:
        """The time of one call with so many records, settling included."""
        begin = self._clock()
        try:
            yield
        finally:
            self._took(records, self._clock() - begin)

    def impatience(self, records: int, weight: int = 0) -> Listener:
        """Make the listener of a write that may be sent twice: without an answer in a long time it is not sent again.

        The listener raises `TooSlow` then: smaller calls may help.

        Args:
            weight: as how many records they count; 0 for as many as they are.
        """

        def retried(event: RetryEvent) -> None:
            error = event.error
            if isinstance(error, UnknownOutcome) and error.sent_s_ago > self._longest_s and records > 1:
                raise TooSlow(str(error)) from error
            if isinstance(error, TransientError) and error.delivered:
                self._shrink_to((weight or records) / 2)  # fewer records meet fewer of what others are busy with

        return retried

    def _took(self, records: int, seconds: float) -> None:
        if seconds > self._longest_s:
            self._shrink_to(max(records * self._longest_s / 2 / seconds, records / SMALLEST_STEP))
        elif seconds < self._longest_s / 4:
            with self._lock:
                if records * 2 > self._size:  # even calls are seldom quite full
                    self._size = min(self._most, self._size * 2)

    def _shrink_to(self, size: float) -> None:
        with self._lock:
            self._size = max(1, min(self._size, int(size)))
