"""A thread that does something now and then, until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue


class Ticker:
    """Calls a function again and again; what it raises ends the calls, and nothing else.

    It is stopped through a queue that takes no lock which a signal could leave behind.
    """

    def __init__(self, every_s: float, tick: Callable[[], object]) -> None:
        self._every_s, self._tick = every_s, tick
        self._ended: SimpleQueue[None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="display", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the call that is on its way."""
        self._ended.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self._ended.get(timeout=self._every_s)
            except Empty:
                self._tick()
            else:
                return
