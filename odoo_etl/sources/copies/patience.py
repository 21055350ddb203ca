"""Work of libraries that may never end, for a bounded time: who waits for it can be interrupted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def within(seconds: float, work: Callable[[threading.Event], Result]) -> Result:
    """The result of some work; what it raises is raised.

    Args:
        work: is told by an event when nobody waits for it any more.

    Raises:
        TimeoutError: it takes longer.
    """
    given_up, results = threading.Event(), queue.SimpleQueue[tuple[Result | None, BaseException | None]]()

    def carry_out() -> None:
        try:
            results.put((work(given_up), None))
        except BaseException as error:  # it is raised where one waits for it
            results.put((None, error))
            if not isinstance(error, Exception):
                raise

    threading.Thread(target=carry_out, daemon=True).start()
    try:
        result, error = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"it takes longer than {seconds:g} s") from None
    finally:
        given_up.set()
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # there is one where there is no error
