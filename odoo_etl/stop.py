"""How a signal reaches threads that wait: whoever pauses is woken, and leaves."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Protocol

from odoo_etl.errors import Interrupted, OdooEtlError


class StopSignal(Protocol):
    """The part of `threading.Event` that events of other processes and machines have, too."""

    def set(self) -> object:
        """Wake who waits."""

    def wait(self, timeout: float) -> bool:
        """Whether it was set."""
        ...


class BetweenThreads:
    """An event of this process; it takes no lock, unlike that of `threading`, so a handler may set it any time."""

    def __init__(self) -> None:
        self._is_set = False
        self._sign: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Wake who waits."""
        self._is_set = True
        self._sign.put(None)

    def wait(self, timeout: float) -> bool:
        """Whether it was set."""
        if timeout > 0 and not self._is_set:
            try:
                self._sign.get(timeout=timeout)
            except Empty:
                return self._is_set
            self._sign.put(None)  # for the others
        return self._is_set


class Stop:
    """The request that a run ends after the calls in flight; shared by everything in it that waits.

    Args:
        requested: how the request travels; by default between threads.
    """

    def __init__(self, requested: StopSignal | None = None) -> None:
        self._requested: StopSignal = requested or BetweenThreads()
        self._signal: int = signal.SIGTERM
        self._is_over = False

    def request(self, signal_number: int = signal.SIGTERM) -> bool:
        """From now on nothing waits any more, and what ends early says that this signal ended it.

        Returns:
            Whether there is a run to end; False where it is over, and only its report is yet to be written.
        """
        self._signal = signal_number
        self._requested.set()
        return not self._is_over

    def begin(self) -> None:
        """A run begins, which can be ended."""
        self._is_over = False

    def end(self) -> None:
        """The run is over: what is left is its report, which a request does not end."""
        self._is_over = True

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """A signal that comes while a library is at work may become an error of that: it is the signal again.

        Raises Interrupted, by which the error is its cause.
        """
        try:
            yield
        except OdooEtlError:
            raise
        except Exception as error:
            if not self._requested.wait(0):
                raise
            interrupted = Interrupted(self._signal)
            for note in getattr(error, "__notes__", ()):
                interrupted.add_note(note)
            raise interrupted from error

    def pause(self, seconds: float) -> None:
        """Wait.

        Raises:
            Interrupted: the run is to end.
        """
        if self._requested.wait(seconds):
            raise Interrupted(self._signal)


def ask_to_end(pid: int, signal_number: int = signal.SIGTERM) -> None:
    """Ask a process of ours to end in order. Raises OSError: there is none, or it is another user's.

    Args:
        signal_number: SIGTERM where a program wants it, SIGINT where a person does: its exit code says which.
    """
    if sys.platform == "win32":  # where either would end it at once
        os.kill(pid, signal.CTRL_BREAK_EVENT)
    else:
        os.kill(pid, signal_number)
