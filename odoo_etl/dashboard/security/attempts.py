"""How often a login may fail: so many times from one address, and from all of them, within some minutes."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

WINDOW_S: Final = 300.0
OF_ONE: Final = 10
OF_ALL: Final = 200
ADDRESSES: Final = 1000  # that are remembered, the last ones


class Attempts:
    """Failed logins of the last minutes. Any number of threads may tell and ask.

    Args:
        clock: seconds, from any beginning on.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._of: OrderedDict[str, deque[float]] = OrderedDict()
        self._all = deque[float](maxlen=OF_ALL)

    def wait_s(self, address: str) -> float:
        """For how long nobody of this address may try; 0 where they may now."""
        with self._lock:
            own = self._of.get(address, deque())
            return max(self._left(own, OF_ONE), self._left(self._all, OF_ALL))

    def failed(self, address: str) -> None:
        """A login failed."""
        with self._lock:
            own = self._of.setdefault(address, deque(maxlen=OF_ONE))
            self._of.move_to_end(address)
            own.append(self._clock())
            self._all.append(self._clock())
            if len(self._of) > ADDRESSES:
                self._of.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """A login was right: those before it count no longer for its address."""
        with self._lock:
            self._of.pop(address, None)

    def _left(self, times: deque[float], most: int) -> float:
        return max(0.0, times[0] + WINDOW_S - self._clock()) if len(times) == most else 0.0
