"""Work beside the loop of a server: a listing or a receiver that hangs holds up nothing but itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Aside(Protocol):
    """Does something that may take its time."""

    def __call__(self, work: Callable[[], Result], then: Callable[[Result | Exception], object]) -> None:
        """Do the work; its result, or the error that ended it, goes to `then` in the loop, in any case."""
        ...

    def settle(self) -> None:
        """Hand on what has been found by now; the loop calls it. What one raises holds up the others, no more."""
        ...


def outcome_of(work: Callable[[], Result]) -> Result | Exception:
    """The result of some work, or the error that ended it, whichever it is: a fault in a part ends no server."""
    try:
        return work()
    except Exception as error:
        return error


class Threads:
    """A thread for each work; what it finds waits until the loop asks for it."""

    def __init__(self) -> None:
        self._found: list[Callable[[], object]] = []
        self._lock = threading.Lock()

    def __call__(self, work: Callable[[], Result], then: Callable[[Result | Exception], object]) -> None:
        """Begin it."""

        def keep(found: Result | Exception) -> None:
            with self._lock:
                self._found.append(lambda: then(found))

        try:
            threading.Thread(target=lambda: keep(outcome_of(work)), name="aside", daemon=True).start()
        except RuntimeError as error:  # the machine has no room for another one
            keep(error)

    def settle(self) -> None:
        """Hand on what has been found by now."""
        while self._found:
            with self._lock:
                one = self._found.pop(0)
            one()
