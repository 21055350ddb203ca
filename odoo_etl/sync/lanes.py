"""Lanes: threads that work side by side, fed through a bounded queue.

The queue is short, so reading never runs far ahead of Odoo. The first error stops every lane after the call it is in.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Generic, TypeVar

Work = TypeVar("Work")

POLL_S = 0.2  # how often a blocked side looks whether the other has given up


class _Lanes(Generic[Work]):
    """One use of the lanes: the queue between the reader and the workers, and what ended them."""

    def __init__(self, work: Callable[[Work], None], count: int) -> None:
        self._work = work
        self._queue: queue.Queue[Work | None] = queue.Queue(maxsize=count + 1)
        self._stop = threading.Event()
        self.errors: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, name=f"lane-{n}", daemon=True) for n in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def put(self, item: Work | None) -> bool:
        """Hand an item over; False when the lanes have given up."""
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=POLL_S)
            except queue.Full:
                continue
            return True
        return False

    def finish(self) -> None:
        """Let the lanes do what is queued, then end them."""
        for _ in self._threads:
            self.put(None)
        self.join()

    def abandon(self) -> None:
        """End the lanes after the call each is in."""
        self._give_up()
        self.join()

    def join(self) -> None:
        for thread in self._threads:
            while thread.is_alive():
                thread.join(POLL_S)  # in steps, so that a signal is seen in between

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                item = self._queue.get(timeout=POLL_S)
            except queue.Empty:
                continue
            if item is None or self._stop.is_set():
                return
            try:
                self._work(item)
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                self.errors.append(error)
                self._give_up()

    def _give_up(self) -> None:
        """Stop everything, and wake whoever waits for the queue."""
        self._stop.set()
        with suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        with suppress(queue.Full):
            for _ in self._threads:
                self._queue.put_nowait(None)


def run_lanes(items: Iterable[Work], work: Callable[[Work], None], count: int) -> None:
    """Call `work` for every item, in `count` threads. Raises the first error, after every lane has stopped."""
    lanes = _Lanes(work, count)
    lanes.start()
    try:
        for item in items:
            if not lanes.put(item):
                break
        lanes.finish()
    except BaseException:
        lanes.abandon()
        raise
    if lanes.errors:
        raise lanes.errors[0]
