"""Processes of their own for what tests do, forked from one that has imported what they need."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["psycopg", "tests.contract.sources.reading", "tests.contract.state.actors"])


def forked(function: Callable[..., T], *arguments: object) -> T:
    """What a function returns, done by a process that nobody has used."""
    with ProcessPoolExecutor(1, FORKS) as pool:
        return pool.submit(function, *arguments).result(timeout=120)
