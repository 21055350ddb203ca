"""Whoever gives work away hears of it, whatever happens to it and to others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from odoo_etl.errors import StateError
from odoo_etl.serving import Threads


def _settled(threads: Threads, is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_done() and time.monotonic() < deadline:
        threads.settle()
        time.sleep(0.001)


def test_the_result_or_the_error_is_handed_on():
    threads, heard = Threads(), []
    threads(lambda: 1, heard.append)
    threads(lambda: 1 // 0, heard.append)
    _settled(threads, lambda: len(heard) == 2)
    assert {type(one) for one in heard} == {int, ZeroDivisionError}


def test_what_one_of_them_raises_takes_nothing_from_the_others(monkeypatch):
    """A ledger that is away when one is heard of: the others would be waited for for ever."""
    monkeypatch.setattr(threading.Thread, "start", threading.Thread.run)
    threads, heard = Threads(), []

    def away(_: object) -> None:
        raise StateError("the ledger is away")

    for then in (away, heard.append, heard.append):
        threads(lambda: "found", then)
    with pytest.raises(StateError):
        threads.settle()
    threads.settle()
    assert heard == ["found", "found"]


def test_a_machine_without_room_for_a_thread_is_heard_of(monkeypatch):
    """Else whoever waits for the work would never begin it again."""

    def none(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    threads, heard = Threads(), []
    threads(lambda: "found", heard.append)
    threads.settle()
    assert [str(one) for one in heard] == ["can't start new thread"]
