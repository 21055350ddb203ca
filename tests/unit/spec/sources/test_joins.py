"""The keys of joins."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from odoo_etl.spec.sources import CsvSource, with_joined

LINES = {"type": "csv", "path": "/lines.csv"}


def source(join):
    """A source with these joins."""
    return CsvSource.model_validate({"type": "csv", "path": "/orders.csv", "join": join})


@pytest.mark.parametrize(
    ("on", "pairs"),
    [
        ("no", {"no": "no"}),
        (["no", "pos"], {"no": "no", "pos": "pos"}),
        ({"no": "order", "pos": "pos"}, {"no": "order", "pos": "pos"}),
    ],
)
def test_compared_columns(on, pairs):
    """One, several, or those of both sources."""
    (join,) = source({"source": LINES, "on": on}).join
    assert (join.on, join.how, join.several, join.name) == (pairs, "left", "rows", "lines.csv")


def test_one_join_or_several():
    """In their order; a joined source may have its own."""
    inner = {**LINES, "join": {"source": {"type": "sql", "url": "sqlite://", "query": "SELECT 1"}, "on": "a"}}
    joined = source([{"source": inner, "on": "no"}, {"source": LINES, "on": "no"}])
    places = {place: getattr(one, "path", one.type) for place, one in with_joined(joined)}
    assert places == {
        (): "/orders.csv",
        ("join", 0, "source"): "/lines.csv",
        ("join", 0, "source", "join", 0, "source"): "sql",
        ("join", 1, "source"): "/lines.csv",
    }
    assert joined.join[0].source.join[0].name == "the sql source"


@pytest.mark.parametrize(
    ("join", "message"),
    [
        ({"source": LINES}, "Field required"),
        ({"source": LINES, "on": []}, "must be a column, a list of columns, or a mapping"),
        ({"source": LINES, "on": {"a": 1}}, "must be a column, a list of columns, or a mapping"),
        ({"source": LINES, "on": ""}, "must be a column, a list of columns, or a mapping"),
        ({"source": LINES, "on": "a", "how": "outer"}, "'left' or 'inner'"),
        ({"source": LINES, "on": "a", "several": "last"}, "'rows', 'first' or 'reject'"),
        ({"source": {**LINES, "only_new": True}, "on": "a"}, "read as a whole, so it cannot have `only_new`"),
        ({"source": {"type": "dbf"}, "on": "a"}, "does not match any of the expected tags"),
        (
            {"source": {"type": "sql", "url": "x", "query": "x", "split_by": "a"}, "on": "a"},
            "read as a whole, so that `split_by` does nothing",
        ),
    ],
)
def test_joins_that_cannot_be_meant(join, message):
    """Are found without reading anything."""
    with pytest.raises(ValidationError, match=message):
        source(join)


def test_rows_of_a_join_may_share_a_line():
    """Where each of several makes one."""
    shares = [source({"source": LINES, "on": "a", "several": one}).shares_lines for one in ("rows", "first", "reject")]
    assert (shares, source(()).shares_lines) == ([True, False, False], False)


def test_the_shape_after_the_joins():
    """Names were given before; without joins nothing was done yet."""
    keys = {"type": "csv", "path": "/o.csv", "rename": {"a": "b"}, "where": "a", "distinct": True}
    plain, joined = (CsvSource.model_validate({**keys, "join": join}) for join in ((), {"source": LINES, "on": "a"}))
    assert plain.after_join is plain
    assert plain.alone is plain
    shape = joined.after_join
    assert (shape.rename, shape.where, shape.distinct) == ({}, "a", True)
    alone = joined.alone
    assert (alone.rename, alone.where, alone.distinct, alone.join) == ({"a": "b"}, None, False, ())
