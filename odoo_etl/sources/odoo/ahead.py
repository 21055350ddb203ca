"""Several calls on their way while the answer of the first is used; the answers come in the order of the questions.

As the lanes of a run, threads meet in nothing but `SimpleQueue`: a signal that interrupts the thread that reads leaves
no lock behind.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Final, Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_NAP_S: Final = 0.2
_END: Any = object()


class Abandoned(Exception):
    """Nobody waits for the answer any more."""


class Ahead(Generic[Item, Answer]):
    """Answers that are fetched by some threads before they are asked for.

    Args:
        count: how many threads at most; twice as many answers wait at most.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._work: Callable[[Item], Answer]
        self._todo: SimpleQueue[tuple[Item, SimpleQueue[Any]] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._is_over = False

    def answers(self, work: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
        """The answer of each item, in their order. Raises the first error of `work`, in its turn.

        Few are fetched ahead at first: who takes one answer only has not asked for many.

        Args:
            work: fetches the answer to one item; called in other threads.
        """
        self._work = work
        left, waiting, room = iter(items), deque[SimpleQueue[Any]](), 1
        try:
            while True:
                self._begin(left, waiting, room)
                if not waiting:
                    return
                answer, error = waiting.popleft().get()
                if error is not None:
                    raise error
                room = min(2 * room, 2 * self._count)
                self._begin(left, waiting, room)
                yield answer
        finally:
            self._end()

    def sleep(self, seconds: float) -> None:
        """Wait, unless nobody waits for the answer. Raises Abandoned."""
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            if self._is_over:
                raise Abandoned
            time.sleep(min(rest, _NAP_S))

    def _begin(self, left: Iterator[Item], waiting: deque[SimpleQueue[Any]], room: int) -> None:
        while len(waiting) < room:
            item = next(left, _END)
            if item is _END:
                return
            answer: SimpleQueue[Any] = SimpleQueue()
            self._todo.put((item, answer))
            waiting.append(answer)
            if len(self._threads) < min(room, self._count):
                self._threads.append(threading.Thread(target=self._run, name="read-ahead", daemon=True))
                self._threads[-1].start()

    def _run(self) -> None:
        while (turn := self._todo.get()) is not None:
            item, answer = turn
            with _Turn(answer):
                answer.put((None if self._is_over else self._work(item), None))

    def _end(self) -> None:
        """Wait for the calls on their way; no further one is made."""
        self._is_over = True
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()


class _Turn:
    """The time of one call: whatever error ends it goes to whoever takes the answer."""

    def __init__(self, answer: SimpleQueue[Any]) -> None:
        self._answer = answer

    def __enter__(self) -> None:
        """Nothing is to be made ready."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> bool:
        """Hand the error over."""
        if error is not None:
            self._answer.put((None, error))
        return True
