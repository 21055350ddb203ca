"""How a signal reaches threads that wait: whoever pauses is woken, and leaves."""

from __future__ import annotations

import signal
import threading
from typing import Protocol

from odoo_etl.errors import Interrupted


class StopSignal(Protocol):
    """The part of `threading.Event` that events of other processes and machines have, too."""

    def set(self) -> object:
        """Wake who waits."""

    def wait(self, timeout: float) -> bool:
        """Whether it was set."""
        ...


class Stop:
    """The request that a run ends after the calls in flight; shared by everything in it that waits.

    Args:
        requested: how the request travels; by default between threads.
    """

    def __init__(self, requested: StopSignal | None = None) -> None:
        self._requested = requested or threading.Event()
        self._signal: int = signal.SIGTERM

    def request(self, signal_number: int = signal.SIGTERM) -> None:
        """From now on nothing waits any more, and what ends early says that this signal ended it."""
        self._signal = signal_number
        self._requested.set()

    def pause(self, seconds: float) -> None:
        """Wait.

        Raises:
            Interrupted: the run is to end.
        """
        if self._requested.wait(seconds):
            raise Interrupted(self._signal)
