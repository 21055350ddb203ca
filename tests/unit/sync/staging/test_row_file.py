"""Chunks come back as they were put aside, and repeated keys are found however the memory is parted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from odoo_etl.mapping import Key
from odoo_etl.sources import BadLine, Chunk
from odoo_etl.sync.staging.row_file import RowFile


@pytest.fixture
def aside() -> Iterator[RowFile]:
    """Compares three keys at a time."""
    one = RowFile(part_rows=3)
    yield one
    one.close()


def put(aside: RowFile, *chunks: Sequence[Any]) -> list[Chunk]:
    """Put chunks of one column aside; the cells are the keys."""
    made = [Chunk({"cell": list(cells)}, list(range(2, 2 + len(cells))), "a.csv") for cells in chunks]
    for chunk in made:
        keys: list[Key | None] = [None if cell is None else (cell,) for cell in chunk.columns["cell"]]
        aside.put(chunk, keys)
    return made


@pytest.mark.parametrize(
    "cells",
    [
        ["a", None, "", "ö", '"'],
        [1, True, 1.0, float("inf")],
        [Decimal("1.50"), date(2024, 1, 31), b"\0"],
        ["\ud800"],
        [2**70],
        [],
    ],
)
def test_cells_come_back_with_their_types(aside: RowFile, cells: list[Any]):
    """Texts take a shorter way than other values; neither changes any."""
    (chunk,) = put(aside, cells)
    (again,) = aside.chunks()
    assert again == chunk
    assert list(map(type, again.columns["cell"])) == list(map(type, cells))


def test_lines_that_are_no_rows_come_back(aside: RowFile):
    """They become rejects later."""
    chunk = Chunk({"cell": ["a"]}, [2], "a.csv", (BadLine(3, "ragged_line", "too many cells", ("b", "c")),))
    aside.put(chunk, [("a",)])
    assert list(aside.chunks()) == [chunk]


def test_repeated_keys_are_found_across_parts(aside: RowFile):
    """The number of a key's last row, for each key that occurs twice or more often."""
    cells = [str(number * number % 17) for number in range(40)] + [None, None]
    put(aside, cells[:10], cells[10:11], cells[11:])
    last, count = aside.repeated()
    seen = Counter(cell for cell in cells if cell is not None)
    wanted = {hash((cell,)): len(cells) - 1 - cells[::-1].index(cell) for cell, times in seen.items() if times > 1}
    assert last == wanted
    assert count == sum(times - 1 for times in seen.values())


def test_no_rows_repeat_nothing(aside: RowFile):
    """An empty source has no parts."""
    assert aside.repeated() == ({}, 0)
