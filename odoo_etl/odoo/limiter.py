"""How many calls a server gets at once, and how many a second: one limiter for all threads of a client.

Besides the limits it is given it keeps to what the server says. A server that takes no call (429, 503, nobody there)
gets half as many at once as it had then, and one more with each round that is answered (additive increase,
multiplicative decrease, as in TCP); what it asks one thread to wait, all threads wait.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from odoo_etl.errors import TransientError

POLL_S = 0.2  # how often a thread that waits for others looks whether the run is to end
LONGEST_HOLD_S = 60.0  # what one thread was told binds the others no longer than this


class Limiter:
    """Bounds the calls of all threads that share it.

    Args:
        rate_per_s: calls a second at most, evenly spread; None for no limit.
        concurrency: calls at once at most; None for no limit.
        share: the part of both limits that is ours, above 0 and at most 1; at least one call at once remains.
        sleep: waits that many seconds; what it raises (to end a run) comes through.
        clock: seconds, from any beginning on.
    """

    def __init__(
        self,
        rate_per_s: float | None = None,
        concurrency: int | None = None,
        *,
        share: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gap_s = 1 / (rate_per_s * share) if rate_per_s else 0.0
        self._most: float = max(1, int(concurrency * share)) if concurrency else math.inf
        self._sleep, self._clock = sleep, clock
        self._allowed, self._running = self._most, 0
        self._turn_at = -math.inf
        self._changed = threading.Condition()

    @contextmanager
    def call(self) -> Iterator[None]:
        """The time in which one call may be made; begins when there is room for it."""
        self._enter()
        try:
            self._wait_for_turn()
            yield
        except TransientError as error:
            if not error.delivered:
                self._not_taken(error.retry_after_s or 0.0)
            raise
        else:
            self._answered()
        finally:
            self._leave()

    def _enter(self) -> None:
        """Wait until fewer calls run than may."""
        while True:
            with self._changed:
                if self._running < self._allowed or self._changed.wait_for(self._has_room, POLL_S):
                    self._running += 1
                    return
            self._sleep(0)  # raises when the run is to end

    def _has_room(self) -> bool:
        return self._running < self._allowed

    def _leave(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify()

    def _wait_for_turn(self) -> None:
        """Wait until the rate allows the next call; turns are given in order."""
        with self._changed:
            now = self._clock()
            turn_at = max(now, self._turn_at)
            self._turn_at = turn_at + self._gap_s
        if turn_at > now:
            self._sleep(turn_at - now)

    def _not_taken(self, wait_s: float) -> None:
        with self._changed:
            self._allowed = max(1.0, self._running // 2)
            self._turn_at = max(self._turn_at, self._clock() + min(wait_s, LONGEST_HOLD_S))

    def _answered(self) -> None:
        with self._changed:
            self._allowed = min(self._most, self._allowed + 1 / self._allowed)
            self._changed.notify()
