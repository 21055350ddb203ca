"""How many examples a property is tried with."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

ORDINARY = 25  # where a test says nothing else


def examples(ordinary: int, **options: Any) -> settings:
    """So many in an ordinary run, for examples that are dear or cheap; in proportion more where more are asked for."""
    return settings(max_examples=max(1, ordinary * settings().max_examples // ORDINARY), **options)
