"""Lines in a temporary database."""

from __future__ import annotations

from contextlib import closing

import pytest

from odoo_etl.sources.joined.spool import Spool
from odoo_etl.sources.joined.temporary import FullDisk
from odoo_etl.sources.model import Chunk


def chunk(*names: str) -> Chunk:
    """A chunk of these rows."""
    return Chunk({"no": list(names)}, list(range(2, len(names) + 2)))


def test_lines_are_found_by_their_match():
    """Record by record, in the order of both sources; those of nobody apart."""
    with closing(Spool()) as spool:
        first = spool.put_headers(chunk("b", "a"))
        spool.put_matches(0, first, [["b", "a"]], ["b", "a"])
        last = spool.put_headers(chunk("c"))
        spool.put_matches(0, last, [["c"]], ["c"])
        spool.put_lines(0, [["a", "b", "x", "a", ""]], chunk("1", "2", "3", "4", "5"), "lines.csv")
        spool.put_filtered(0, [["x", "y"]])
        spool.ready()
        assert [(one.header, one.cells) for one in spool.lines_of(0, 0, 1)] == [(0, ("2",)), (1, ("1",)), (1, ("4",))]
        assert list(spool.lines_of(0, 2, 2)) == []
        assert [(one.line, one.filtered, one.several) for one in spool.lost(0)] == [(4, True, False), (6, False, False)]
        assert [number for number, _ in spool.header_chunks()] == [0, 2]
        assert spool.shared(0) == set()


def test_a_temporary_file_that_cannot_grow():
    """It says so."""
    with closing(Spool(most_pages=20)) as spool, pytest.raises(FullDisk, match="full"):
        spool.put_lines(0, [["a"] * 1000], chunk(*["x" * 1000] * 1000), "lines.csv")
