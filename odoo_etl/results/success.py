"""Rows that landed, with the ids of their records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple


class SuccessRow(NamedTuple):
    """A row that landed, and the record that it stands for.

    Attributes:
        file: its name, where there are several; else "".
        key: what the record is found by, as the source says it.
        action: what the run did with the record.
    """

    file: str
    line: int
    key: tuple[Any, ...]
    action: str
    id: int


KeepSuccess = Callable[[str, Sequence[str], Iterable[SuccessRow]], str]
"""Keeps the rows of a job that landed, given the names of their keys' values; where they are."""
