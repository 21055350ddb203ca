"""Rows of a joined source in a temporary database."""

from __future__ import annotations

from contextlib import closing

import pytest

from odoo_etl.sources.joined.right_rows import RightRows
from odoo_etl.sources.joined.temporary import FullDisk, restored


def test_rows_are_found_by_their_match_in_their_order():
    """Numbers as the texts they are written as; what is empty matches nothing."""
    with closing(RightRows()) as rows:
        rows.put([["a", 7, None, " "]], [("1",), ("2",), ("3",), ("4",)])
        rows.put([["7", "a"]], [("5",), ("6",)])
        rows.ready()
        assert [restored(rows.content(number)) for number in rows.numbers("7")] == [("2",), ("5",)]
        assert [restored(rows.content(number)) for number in rows.numbers("a")] == [("1",), ("6",)]
        assert (rows.numbers("b"), rows.numbers("")) == ([], [])
        assert (rows.keys(), rows.first_several(1)) == ((2, 2), ["a"])


def test_keys_of_several_columns():
    """Each is one of all; the first that comes twice is told by its texts."""
    with closing(RightRows()) as rows:
        rows.put([["a", "a", "b", "b"], [1, None, "it's", "it's"]], [()] * 4)
        rows.ready()
        assert (rows.keys(), rows.first_several(2)) == ((3, 1), ["b", "it's"])


def test_no_rows():
    """They have no keys."""
    with closing(RightRows()) as rows:
        rows.ready()
        assert (rows.keys(), rows.first_several(1), rows.numbers("a")) == ((0, 0), [], [])


def test_a_temporary_file_that_cannot_grow():
    """It says so."""
    with closing(RightRows(most_pages=20)) as rows, pytest.raises(FullDisk, match="full"):
        rows.put([map(str, range(1000))], [("x" * 1000,)] * 1000)
