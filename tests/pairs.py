"""Which combinations are tried: all pairs of values in `make test`, all combinations in `make soak`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import product
from typing import Any

EVERY = "FAULT_EVERY" in os.environ


def in_turns(firsts: Sequence[Any], seconds: Sequence[Any], *always: Any) -> list[tuple[Any, Any]]:
    """Each of `firsts` with one of `seconds` in turns, and with each of `always`."""
    if EVERY:
        return list(product(firsts, (*seconds, *always)))
    taken = [(first, seconds[place % len(seconds)]) for place, first in enumerate(firsts)]
    return taken + list(product(firsts, always))


def pairwise(firsts: Sequence[Any], seconds: Sequence[Any], thirds: Sequence[Any]) -> list[tuple[Any, Any, Any]]:
    """Every pair of values of any two of three lists; there are as many `thirds` as `seconds`, or fewer."""
    every = product(enumerate(firsts), enumerate(seconds), enumerate(thirds))
    return [
        (first, second, third)
        for (one, first), (two, second), (three, third) in every
        if EVERY or (one + two) % len(thirds) == three
    ]


def id_of(value: object) -> str:
    """The name of a value in the name of a test; that of a point is its words."""
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
