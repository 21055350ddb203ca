"""Pages of any size become chunks of the size that is asked for."""

from __future__ import annotations

import pytest

from odoo_etl.sources.odoo.tables import in_chunks


@pytest.mark.parametrize("sizes", [[5], [1, 1, 1, 1, 1], [2, 3], [0, 4, 0, 1, 0], [3, 2]])
@pytest.mark.parametrize(("rows", "wanted"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (9, [5])])
def test_chunks_are_full_but_the_last(sizes, rows, wanted):
    """However the pages are; lines count up."""
    numbers = iter(range(5))
    tables = [{"n": [next(numbers) for _ in range(size)], "m": ["x"] * size} for size in sizes]
    chunks = list(in_chunks(tables, rows))
    assert [len(chunk.lines) for chunk in chunks] == wanted
    assert [n for chunk in chunks for n in chunk.columns["n"]] == list(range(5))
    assert [line for chunk in chunks for line in chunk.lines] == [1, 2, 3, 4, 5]


def test_nothing_gives_no_chunk():
    """Neither no page nor empty ones."""
    assert list(in_chunks([], 5)) == list(in_chunks([{"n": []}], 5)) == []
