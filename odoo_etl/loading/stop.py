"""How a signal reaches threads that wait: whoever pauses is woken, and leaves."""

from __future__ import annotations

import threading

from odoo_etl.errors import Interrupted


class Stop:
    """The wish that a run ends after the calls in flight; shared by everything in it that waits."""

    def __init__(self) -> None:
        self._wished = threading.Event()
        self._signal = 0

    def wish(self, signal_number: int) -> None:
        """From now on nothing waits any more."""
        self._signal = signal_number
        self._wished.set()

    def pause(self, seconds: float) -> None:
        """Wait.

        Raises:
            Interrupted: the run is to end.
        """
        if self._wished.wait(seconds):
            raise Interrupted(self._signal)
