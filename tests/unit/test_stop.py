"""The request that a run ends: it wakes who waits, and a signal handler may make it at any moment."""

from __future__ import annotations

import signal
import sys
import threading
from itertools import count

import pytest

from odoo_etl.errors import Interrupted, UsageError
from odoo_etl.stop import Stop


def test_who_pauses_is_woken():
    """All of them, and each says which signal it was."""
    stop, ended = Stop(), []

    def wait():
        try:
            stop.pause(60)
        except Interrupted as error:
            ended.append(error.exit_code)

    threads = [threading.Thread(target=wait) for _ in range(5)]
    for thread in threads:
        thread.start()
    stop.request(signal.SIGINT)
    for thread in threads:
        thread.join(10)
    assert ended == [130] * 5


@pytest.mark.parametrize("seconds", [-1, 0, 0.001])
def test_a_pause_ends_by_itself(seconds):
    """Where nobody requests anything."""
    Stop().pause(seconds)


def test_what_was_requested_stays_so():
    """Nothing waits any more; it may be requested again."""
    stop = Stop()
    stop.request()
    stop.request()
    for _ in range(3):
        with pytest.raises(Interrupted):
            stop.pause(60)


class RequestedAt:
    """A pause, in which a handler requests the end at one of the points where a signal may come."""

    def __init__(self, point, seconds):
        self.left, self._seconds = point, seconds
        self._stop = Stop()
        self.is_ended = False

    def run(self):
        """Pause, whether or not it hears of it in time."""
        sys.settrace(self._trace)
        try:
            self._stop.pause(self._seconds)
        except Interrupted:
            pass
        finally:
            sys.settrace(None)
        self.is_ended = True

    def _trace(self, _frame, event, _what):
        if self.left > 0 and event in {"line", "return"}:
            self.left -= 1
            if not self.left:
                self._stop.request()
        return self._trace


@pytest.mark.parametrize("seconds", [0, 0.001])
def test_a_handler_never_waits_for_what_it_has_interrupted(seconds):
    """It runs in the thread that pauses: a lock that this holds would be given back never."""
    for point in count(1):
        requested = RequestedAt(point, seconds)
        thread = threading.Thread(target=requested.run, daemon=True)
        thread.start()
        thread.join(10)
        assert requested.is_ended, f"it hangs when the end is requested at point {point}"
        if requested.left:
            break


def test_an_error_of_ours_stays_what_it_is():
    """Also where a signal has come; any other one is taken for what became of the signal, once there is one."""
    stop = Stop()
    with pytest.raises(ZeroDivisionError), stop.heeded():
        raise ZeroDivisionError
    stop.request(signal.SIGINT)
    with pytest.raises(UsageError), stop.heeded():
        raise UsageError("no such job")
    with pytest.raises(Interrupted, match="signal 2") as caught, stop.heeded():
        raise ZeroDivisionError
    assert type(caught.value.__cause__) is ZeroDivisionError
