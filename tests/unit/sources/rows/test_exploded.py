"""One row for each value of a cell."""

from __future__ import annotations

import pytest

from odoo_etl.sources import BadLine, Chunk
from odoo_etl.sources.rows.exploded import exploded
from odoo_etl.spec import ExplodeSpec

TAGS = ExplodeSpec(column="tags", split="|")


def test_each_value_has_a_row_of_its_own():
    """The other cells come along, and so does the line; quotes keep a value together."""
    chunk = Chunk({"ref": ["a", "b"], "tags": ['"x|y"| z', "z||z"]}, [2, 3], "f")
    assert list(exploded([chunk], TAGS, 100)) == [
        Chunk({"ref": ["a", "a", "b", "b"], "tags": ["x|y", "z", "z", "z"]}, [2, 2, 3, 3], "f")
    ]


@pytest.mark.parametrize("cell", [None, "", " ", "|", '""'])
def test_a_cell_without_a_value_gives_no_row(cell):
    """The row is left out, and told by its line."""
    (found,) = exploded([Chunk({"tags": [cell, "x"]}, [2, 3])], TAGS, 100)
    assert (found.columns, found.lines, found.filtered) == ({"tags": ["x"]}, [3], (2,))


def test_typed_cells():
    """A list gives its items, anything else is one value."""
    (found,) = exploded([Chunk({"tags": [["a", None, "b|c"], 7]}, [1, 2])], TAGS, 100)
    assert (found.columns["tags"], found.lines) == (["a", "b|c", 7], [1, 1, 2])


def test_chunks_stay_as_short_as_they_are_to_be():
    """A cell may hold very many values; what stands beside the rows comes once, with the last of them."""
    bad = BadLine(4, "bad_quote", "no", ())
    found = list(exploded([Chunk({"tags": ["a|b|c", "", "d|e"]}, [2, 3, 5], "", (bad,), (1,))], TAGS, 2))
    assert [chunk.columns["tags"] for chunk in found] == [["a", "b"], ["c", "d"], ["e"]]
    assert [(chunk.bad, chunk.filtered) for chunk in found] == [((), ()), ((), ()), ((bad,), (1, 3))]


def test_lists_need_no_split():
    """Without one, a text is one value, whatever is in it."""
    (found,) = exploded([Chunk({"tags": [["a", "b"], "c|d", ""]}, [1, 2, 3])], ExplodeSpec(column="tags"), 100)
    assert (found.columns["tags"], found.lines, found.filtered) == (["a", "b", "c|d"], [1, 1, 2], (3,))
