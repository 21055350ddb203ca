"""Lanes: threads that work side by side on batches.

Few batches wait at a time, so reading never runs far ahead of Odoo. The first error stops every lane after the call it
is in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Work = TypeVar("Work")


def run_lanes(items: Iterable[Work], work: Callable[[Work], None], count: int) -> None:
    """Call `work` for every item, in `count` threads. Raises the first error, after every lane has stopped."""
    lanes, begun = ThreadPoolExecutor(count, thread_name_prefix="lane"), list[Future[None]]()
    failed = threading.Event()

    def work_on(item: Work) -> None:
        if failed.is_set():  # the reader may be busy, and has not heard of it yet
            return
        try:
            work(item)
        except BaseException:
            failed.set()
            raise

    try:
        for item in items:
            if len(begun) > 2 * count:  # as many wait as are worked on, and one
                begun = _ended(begun)
            begun.append(lanes.submit(work_on, item))
        while begun:
            begun = _ended(begun)
    finally:
        lanes.shutdown(cancel_futures=True)


def _ended(begun: list[Future[None]]) -> list[Future[None]]:
    """Wait until some have ended; the others. Raises the error of the first that ended with one."""
    ended, _ = wait(begun, return_when=FIRST_COMPLETED)
    for one in begun:
        if one in ended:
            one.result()
    return [one for one in begun if one not in ended]
