"""Lanes: threads that work side by side on batches.

Few batches wait at a time, so reading never runs far ahead of Odoo. The first error stops every lane after the call it
is in; so does an interrupt of the thread that reads.

A signal handler may raise between any two steps of the main thread, also while that holds a lock of `threading` or of
`concurrent.futures`, which nobody gives back then: a lane that needs it waits for ever. So lanes and the thread that
reads meet in nothing but `SimpleQueue`, which takes no lock that an interrupt could leave behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final, Generic, TypeVar

Work = TypeVar("Work")
HEED_S: Final = 1.0


def run_lanes(items: Iterable[Work], work: Callable[[Work], None], count: int) -> None:
    """Call `work` for every item, in `count` threads. Raises the first error, after every lane has stopped."""
    lanes = _Lanes(work, count)
    try:
        for item in items:
            if lanes.busy_with > 2 * count:  # as many wait as are worked on, and one
                lanes.take()
            lanes.give(item)
        lanes.close()
        while lanes.busy_with:
            lanes.take()
    except BaseException:
        lanes.failed = True
        raise
    finally:
        lanes.end()


class _Lanes(Generic[Work]):
    """Some threads, and the items on their way to them.

    Args:
        count: at most so many threads; they begin when there is something to do.

    Attributes:
        busy_with: items that were given and have not been taken back.
        failed: no further item is begun.
    """

    def __init__(self, work: Callable[[Work], None], count: int) -> None:
        self._work = work
        self._waiting: SimpleQueue[tuple[Work] | None] = SimpleQueue()  # None: nothing follows
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        # Daemons: one in a call is waited for, unless that is interrupted, too; then the program may end at once.
        self._idle = [threading.Thread(target=self._run, name=f"lane-{n}", daemon=True) for n in range(count, 0, -1)]
        self._begun: list[threading.Thread] = []
        self.busy_with = 0
        self.failed = False

    def give(self, item: Work) -> None:
        """Let a lane work on an item."""
        if self._idle:
            self._begun.append(self._idle.pop())
            self._begun[-1].start()
        self.busy_with += 1
        self._waiting.put((item,))

    def take(self) -> None:
        """Wait until one more item is done; raises the error that it ended with."""
        while (ended := self._next()) is None:
            pass
        self.busy_with -= 1
        (error,) = ended
        if error is not None:
            raise error

    def _next(self) -> tuple[BaseException | None] | None:
        """The error that one more item ended with, if it ended with one; None where none is done yet.

        A signal that comes just before a wait does not end it: it is heeded after this time.
        """
        try:
            return (self._done.get(timeout=HEED_S),)
        except Empty:
            return None

    def close(self) -> None:
        """No further item comes."""
        self._waiting.put(None)

    def end(self) -> None:
        """Wait until every lane has stopped."""
        self.close()
        self._idle.clear()  # they hold what holds them
        for lane in self._begun:
            if lane.is_alive():
                lane.join()

    def ended(self, error: BaseException | None) -> None:
        """An item is done, well or not."""
        if error is not None:
            self.failed = True
        self._done.put(error)

    def _run(self) -> None:
        while self._work_on_next():
            pass

    def _work_on_next(self) -> bool:
        """Work on one item, which is let go of before the next one is waited for; whether one may follow."""
        item = self._waiting.get()
        if item is None:
            self._waiting.put(None)  # for the other lanes
            return False
        with _Turn(self):
            if not self.failed:  # the reader may be busy, and has not heard of it yet
                self._work(*item)
        return True


class _Turn:
    """The time that a lane spends on an item: whatever error ends it goes to who reads, and the lane lives on."""

    def __init__(self, lanes: _Lanes[Any]) -> None:
        self._lanes = lanes

    def __enter__(self) -> None:
        """Nothing is to be made ready."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> bool:
        """Hand the error over."""
        self._lanes.ended(error)
        return True
