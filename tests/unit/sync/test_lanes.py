"""Lanes: everything is done once, the first error ends all, and nothing hangs."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from itertools import count

import pytest

from odoo_etl.sync.lanes import _Lanes, run_lanes


def lanes_alive():
    """The threads of lanes that have not ended."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("lane-")]


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize("items", [0, 1, 5, 200])
def test_every_item_is_done_once(items, count):
    """Also with more lanes than items."""
    done: list[int] = []
    run_lanes(range(items), done.append, count)
    assert sorted(done) == list(range(items))


def test_one_lane_keeps_the_order():
    """A single lane works as the items come."""
    done: list[int] = []
    run_lanes(range(50), done.append, 1)
    assert done == list(range(50))


def test_lanes_work_side_by_side():
    """Three items that wait for each other are in work at the same time."""
    meet = threading.Barrier(3, timeout=10)
    run_lanes(range(3), lambda _: meet.wait(), 3)
    assert not meet.broken


@pytest.mark.parametrize("count", [1, 4])
def test_the_first_error_ends_the_reading_of_an_endless_source(count):
    """The reader is stopped, the lanes end, the error arrives in the caller's thread."""
    read: list[int] = []

    def endless():
        number = 0
        while True:
            read.append(number)
            yield number
            number += 1

    def work(item):
        if item == 3:
            raise ValueError("third")

    with pytest.raises(ValueError, match="third"):
        run_lanes(endless(), work, count)
    assert not lanes_alive()


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_of_the_reader_ends_the_lanes(error):
    """What is in work is finished, the error goes up, no thread is left."""
    begun, finished = [], []

    def items():
        yield from range(3)
        raise error

    def work(item):
        begun.append(item)
        finished.append(item)

    with pytest.raises(error):
        run_lanes(items(), work, 2)
    assert begun == finished
    assert not lanes_alive()


def test_an_error_of_the_last_item_is_not_lost():
    """It arrives though nothing is left to read."""

    def work(item):
        if item == 9:
            raise ValueError("last")

    with pytest.raises(ValueError, match="last"):
        run_lanes(range(10), work, 3)


def test_reading_stays_close_to_the_work():
    """With every lane busy, at most the queue and one item more are read."""
    read: list[int] = []
    busy, go = threading.Semaphore(0), threading.Event()

    def items():
        for number in range(100):
            read.append(number)
            yield number

    def work(_):
        busy.release()
        go.wait(10)

    runner = threading.Thread(target=run_lanes, args=(items(), work, 2))
    runner.start()
    busy.acquire(timeout=10)
    busy.acquire(timeout=10)
    seen = len(read)
    go.set()
    runner.join(30)
    assert seen <= 2 + 3 + 1
    assert len(read) == 100


def test_after_an_error_nothing_else_begins_while_the_reader_is_busy():
    """What waits in the queue is left alone: a limit stops the job before its next write."""
    begun, failed, read_on = [], threading.Event(), threading.Event()

    def items():
        yield from range(3)
        failed.wait(10)
        read_on.wait(0.2)  # the lane would take the next ones by now
        yield 3

    def work(item):
        begun.append(item)
        failed.set()
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        run_lanes(items(), work, 1)
    assert begun == [0]


@contextmanager
def interrupting(times):
    """SIGINT raises so many times, wherever the main thread is; later ones are not heeded."""
    left = [KeyboardInterrupt] * times

    def end(_number, _frame):
        if left:
            raised.set()
            raise left.pop()

    raised, before = threading.Event(), signal.signal(signal.SIGINT, end)
    try:
        yield raised
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_of_who_waits_ends_the_lanes():
    """What is in work is finished; nothing that waits is begun."""
    begun, finished = [], []

    def work(item):
        begun.append(item)
        os.kill(os.getpid(), signal.SIGINT)
        assert raised.wait(10)
        threading.Event().wait(0.2)  # the caller has taken note of it by now
        finished.append(item)

    with interrupting(1) as raised, pytest.raises(KeyboardInterrupt):
        run_lanes(range(9), work, 1)
    assert (begun, finished) == ([0], [0])
    assert not lanes_alive()


def test_who_waits_for_the_lanes_to_end_can_be_interrupted():
    """A person who has no patience with the call in flight says so twice; the lane begins nothing more."""
    begun, left, over = [], threading.Event(), threading.Event()

    def work(item):
        begun.append(item)
        while not left.wait(0.05):
            os.kill(os.getpid(), signal.SIGINT)
        over.set()

    with interrupting(2), pytest.raises(KeyboardInterrupt):
        run_lanes(range(9), work, 1)
    left.set()
    assert over.wait(10)
    for lane in lanes_alive():
        lane.join(10)
    assert (begun, lanes_alive()) == ([0], [])


class InterruptedAt:
    """Raises at one of the points at which a signal handler may raise, in the thread that reads and waits."""

    def __init__(self, point):
        self.left = point
        self.is_ended = False

    def run(self):
        """Read and work until the point is reached, or there is none left."""
        sys.settrace(self._trace)
        try:
            run_lanes(range(5), lambda _: None, 2)
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(None)
            self.is_ended = True

    def _trace(self, frame, event, _what):
        if self.left > 0 and event in {"line", "return"} and not is_outside(frame):
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt
        return self._trace


def is_outside(frame):
    """Whether a frame belongs to the start of a thread, to the end of the lanes, or to where Python heeds no error."""
    while frame is not None:
        if frame.f_globals["__name__"] == "_weakrefset" or frame.f_code in {
            threading.Thread.start.__code__,
            _Lanes.end.__code__,
        }:
            return True
        frame = frame.f_back
    return False


def test_an_interrupt_at_any_point_leaves_no_lock_behind():
    """No lane waits for ever for what the interrupted thread has taken, and that thread ends."""
    for point in count(1):
        interrupted = InterruptedAt(point)
        thread = threading.Thread(target=interrupted.run, daemon=True)
        thread.start()
        thread.join(10)
        assert interrupted.is_ended, f"it hangs when it is interrupted at point {point}"
        for lane in lanes_alive():
            lane.join(10)
        assert lanes_alive() == []
        if interrupted.left:
            break
