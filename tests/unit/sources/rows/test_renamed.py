"""Columns under the names that the job gives them."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import Chunk
from odoo_etl.sources.rows.renamed import renamed, renamed_columns


def test_columns_stay_where_they_are():
    """Two may also swap their names."""
    (found,) = renamed([Chunk({"a": ["1"], "b": ["2"], "c": ["3"]}, [2])], {"a": "b", "b": "a", "x": "c"})
    assert list(found.columns.items()) == [("b", ["1"]), ("a", ["2"]), ("x", ["3"])]


@pytest.mark.parametrize(
    ("rename", "message"),
    [
        ({"new": "B"}, "rename: the source has no column 'B'; it has 'a', 'b'"),
        ({"b": "a"}, "rename: the source has a column 'b' already"),
        ({"new": "twice"}, r"rename: the source has more than one column 'twice' \(columns 3 and 4\)"),
    ],
)
def test_names_that_cannot_be(rename, message):
    """The message says which."""
    with pytest.raises(SourceError, match=message):
        renamed_columns(["a", "b"], rename, {"twice": "columns 3 and 4"})
