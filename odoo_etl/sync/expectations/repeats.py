"""Texts that occur more than once among any number of rows, in bounded memory and exactly.

A first pass keeps a hash of each text in a temporary file, eight bytes a row; sorted part by part, it tells which
hashes repeat. A second pass, made only where any does, looks at the texts behind the first of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import IO, Any, Final

import numpy as np

PART_ROWS: Final = 200_000  # so many hashes are sorted at a time
LOOKED_AT: Final = 1000  # so many of the hashes that repeat are followed up

Numbers = np.ndarray[Any, np.dtype[np.int64]]


class Repeats:
    """Finds hashes that repeat.

    Args:
        part_rows: so many are compared at a time.
    """

    def __init__(self, part_rows: int = PART_ROWS) -> None:
        self._file = _temporary()
        self._part_rows, self._rows = part_rows, 0

    def add(self, hashes: Iterable[int], count: int) -> None:
        """Add so many hashes; 0 stands for a row that is left out."""
        np.fromiter(hashes, np.int64, count).tofile(self._file)
        self._rows += count

    def found(self) -> tuple[set[int], int]:
        """Some of the hashes that repeat, those whose second row comes first, and how many rows repeat an earlier one.

        The hashes are given up.
        """
        parts = max(1, -(-self._rows // self._part_rows))
        count, second = 0, dict[int, int]()
        with self._file:
            for part in range(parts):
                repeating, seconds = _second_places(*self._part(part, parts))
                count += repeating
                second |= seconds
                if len(second) > LOOKED_AT:
                    second = dict(sorted(second.items(), key=lambda one: one[1])[:LOOKED_AT])
        return set(second), count

    def _part(self, part: int, parts: int) -> tuple[Numbers, Numbers]:
        """The hashes that belong to a part, and the numbers of their rows."""
        self._file.seek(0)
        hashes, numbers = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for first in range(0, self._rows, self._part_rows):
            block = np.fromfile(self._file, np.int64, self._part_rows)
            (ours,) = np.nonzero(block % parts == part)
            hashes.append(block[ours])
            numbers.append(ours + first)
        return np.concatenate(hashes), np.concatenate(numbers)


def _second_places(hashes: Numbers, numbers: Numbers) -> tuple[int, dict[int, int]]:
    """How many rows repeat the hash of an earlier one; of the first such hashes, where the second row stands."""
    order = np.argsort(hashes, kind="stable")
    ordered, places = hashes[order], numbers[order]
    repeats = (ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)
    seconds = np.flatnonzero(repeats & ~np.concatenate(([False], repeats[:-1]))) + 1
    first = seconds[np.argsort(places[seconds], kind="stable")[:LOOKED_AT]]
    return int(repeats.sum()), dict(zip(ordered[first].tolist(), places[first].tolist(), strict=True))


def _temporary() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="odoo-etl-")
