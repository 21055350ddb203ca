"""How often Python looks for cycles of objects that nobody can reach."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Imports and rows make many objects and hardly a cycle. As often as Python looks by default, it costs a fifth of a
# start, and as much as all else in a part of a divided job.
COLLECT_EVERY = 500_000
BY_DEFAULT = gc.get_threshold()  # as Python has it, before anybody changes that


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cycles seldom while this lasts; all that is no cycle is given back at once as ever."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_EVERY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def collected_as_ever() -> Iterator[None]:
    """Look for cycles as often as Python does by default, for what goes on for weeks; what is there by now stays."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*BY_DEFAULT)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
