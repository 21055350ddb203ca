"""Calls in a time and calls at once: nobody really sleeps here."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from odoo_etl.errors import TransientError
from odoo_etl.odoo import Limiter


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def begun(limiter: Limiter, clock: Clock, calls: int) -> list[float]:
    """When each of some calls, one after the other, begins."""
    times = []
    for _ in range(calls):
        with limiter.call():
            times.append(clock.now)
    return times


@pytest.mark.parametrize(("share", "times"), [(1.0, [0, 0.25, 0.5, 0.75]), (0.5, [0, 0.5, 1.0, 1.5])])
def test_calls_are_spread_evenly(share, times):
    """Four a second begin a quarter of a second apart; who has half of the rate waits twice as long."""
    clock = Clock()
    limiter = Limiter(4, share=share, sleep=clock.sleep, clock=clock)
    assert begun(limiter, clock, 4) == times


def test_time_that_passed_without_calls_is_not_made_up_for():
    """After a pause there is no burst."""
    clock = Clock()
    limiter = Limiter(2, sleep=clock.sleep, clock=clock)
    begun(limiter, clock, 1)
    clock.now = 100.0
    assert begun(limiter, clock, 3) == [100.0, 100.5, 101.0]


def test_without_limits_nobody_waits():
    """The default."""
    clock = Clock()
    begun(Limiter(sleep=clock.sleep, clock=clock), clock, 100)
    assert clock.waits == []


def test_what_one_call_is_told_to_wait_all_wait():
    """Retry-After holds the next call back, but never longer than a minute."""
    clock = Clock()
    limiter = Limiter(sleep=clock.sleep, clock=clock)
    for asked, waited in ((7.0, 7.0), (3600.0, 60.0)):
        with pytest.raises(TransientError), limiter.call():
            raise TransientError("HTTP 429", delivered=False, retry_after_s=asked)
        begin = clock.now
        assert begun(limiter, clock, 1) == [begin + waited]


@pytest.fixture(autouse=True)
def _quick_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for others looks often whether the run is to end."""
    monkeypatch.setattr("odoo_etl.odoo.limiter.POLL_S", 0.005)


class Door:
    """Where threads stand: in their call, or before it because there was no room."""

    def __init__(self) -> None:
        self._inside: set[int] = set()
        self._outside: set[int] = set()
        self._changed = threading.Condition()

    def sleep(self, _: float) -> None:
        """For `Limiter`: a thread looked whether there is room, and there is none."""
        with self._changed:
            self._outside.add(threading.get_ident())
            self._changed.notify_all()

    def most_at_once(self, limiter: Limiter, threads: int) -> int:
        """How many of some threads are in their call when all others were told to wait."""
        leave = threading.Event()
        self._inside, self._outside = set(), set()

        def call() -> None:
            with limiter.call():
                with self._changed:
                    self._inside.add(threading.get_ident())
                    self._changed.notify_all()
                leave.wait()

        workers = [threading.Thread(target=call) for _ in range(threads)]
        for worker in workers:
            worker.start()
        with self._changed:
            settled = self._changed.wait_for(lambda: len(self._inside | self._outside) == threads, 10)
            count = len(self._inside)
        leave.set()
        for worker in workers:
            worker.join()
        assert settled, "a thread is neither in its call nor told to wait"
        return count


@pytest.mark.parametrize(("concurrency", "share", "most"), [(3, 1.0, 3), (4, 0.5, 2), (4, 0.1, 1), (None, 1.0, 6)])
def test_so_many_calls_at_once(concurrency, share, most):
    """Further threads wait until a call has ended; a small share still allows one call."""
    door = Door()
    assert door.most_at_once(Limiter(concurrency=concurrency, share=share, sleep=door.sleep), 6) == most


def test_a_server_that_takes_no_calls_gets_fewer_at_once_and_more_again_when_it_answers():
    """Half of those that ran, then one more with each round of answers, up to the limit."""
    door = Door()
    limiter = Limiter(concurrency=4, sleep=door.sleep)
    with pytest.raises(TransientError), limiter.call(), limiter.call(), limiter.call(), limiter.call():
        raise TransientError("HTTP 503", delivered=False)
    assert door.most_at_once(limiter, 2) == 1
    for _ in range(20):
        with limiter.call():
            pass
    assert door.most_at_once(limiter, 6) == 4


def test_a_call_that_a_server_took_and_rolled_back_does_not_slow_the_others():
    """A serialization failure says nothing about how many calls the server can take."""
    door = Door()
    limiter = Limiter(concurrency=2, sleep=door.sleep)
    with pytest.raises(TransientError), limiter.call():
        raise TransientError("SerializationFailure")
    assert door.most_at_once(limiter, 3) == 2


def test_the_end_of_a_run_ends_the_wait_for_others():
    """What `sleep` raises comes through, and the call is not made."""

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    limiter = Limiter(concurrency=1, sleep=stop)
    with limiter.call(), pytest.raises(KeyboardInterrupt), limiter.call():
        pytest.fail("there is no room")
