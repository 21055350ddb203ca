"""Coroutines in tests: in a thread of their own, since the driver of the browser keeps a loop in that of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

_T = TypeVar("_T")


def finished(work: Coroutine[Any, Any, _T]) -> _T:
    """What it returns, or raises."""
    with ThreadPoolExecutor(1, "loop") as threads:
        return threads.submit(asyncio.run, work).result()
