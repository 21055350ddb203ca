"""Ranges of keys: every key is in exactly one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy.dialects import sqlite

from odoo_etl.errors import SourceError
from odoo_etl.sources.sql.query import Bounds, bounded, cut
from odoo_etl.spec.sources import SqlSource

SPEC = SqlSource(type="sql", url="sqlite:///x", query="SELECT 1", split_by="id")


@pytest.mark.parametrize(
    ("lowest", "highest", "count", "marks"),
    [
        (1, 10, 1, []),
        (1, 10, 2, [6]),
        (1, 11, 2, [7]),
        (0, 8, 3, [3, 6]),
        (0, 9, 3, [4, 8]),
        (1, 3, 3, [2, 3]),
        (1, 3, 4, [2, 3]),
        (7, 7, 4, []),
        (-5, 4, 2, [0]),
        (None, None, 4, []),
    ],
)
def test_ranges_of_equal_width(lowest, highest, count, marks):
    """The first is open below, the last above."""
    found = list(cut(lowest, highest, count, SPEC))
    ends = [None, *marks, None]
    assert found == [Bounds(low, high) for low, high in pairwise(ends)]


@pytest.mark.parametrize(("lowest", "highest"), [("a", "b"), (1, 2.5), (True, 2), (1.0, 2)])
def test_keys_that_are_no_integers(lowest, highest):
    """Cannot be cut."""
    with pytest.raises(SourceError, match="not integers"):
        list(cut(lowest, highest, 2, SPEC))


@pytest.mark.parametrize(
    ("bounds", "where"),
    [
        (Bounds(None, None), ""),
        (Bounds(None, 5), " WHERE q.{id} < 5"),
        (Bounds(5, 9), " WHERE q.{id} >= 5 AND q.{id} < 9"),
        (Bounds(9, None), " WHERE (q.{id} >= 9 OR q.{id} IS NULL)"),
        (Bounds(0, 0), " WHERE q.{id} >= 0 AND q.{id} < 0"),
    ],
)
def test_the_rows_within_bounds(bounds, where):
    """Those without a key belong to the last range."""
    assert bounded("SELECT 1", "id", bounds, sqlite.dialect()).endswith(") q" + where.format(id='"id"'))
