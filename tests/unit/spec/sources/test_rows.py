"""The keys that say which rows of a source are the job's."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from odoo_etl.spec.sources import CsvSource, SqlSource


def source(**keys):
    """A source with these keys."""
    return CsvSource.model_validate({"type": "csv", "path": "/rows.csv", **keys})


@pytest.mark.parametrize(
    ("written", "read"), [(True, True), ("true", True), ("false", False), ("tag", ("tag",)), (["a", "b"], ("a", "b"))]
)
def test_distinct(written, read):
    """True, false, a column, or several."""
    assert source(distinct=written).distinct == read


def test_only_these_keys_shape_rows():
    """A source that has none of them is opened as it is."""
    assert not source().shapes_rows
    assert not source(distinct=False, rename={}, min_rows=3).shapes_rows
    for keys in (
        {"where": "a"},
        {"distinct": True},
        {"rename": {"a": "b"}},
        {"explode": {"column": "a", "split": ","}},
    ):
        assert source(**keys).shapes_rows


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"where": "a =="}, "is not a valid expression"),
        ({"where": "{{ a }}"}, "is not a valid expression"),
        ({"where": True}, "string"),
        ({"distinct": []}, "must be true, a column or a list of columns"),
        ({"distinct": [1]}, "must be true, a column or a list of columns"),
        ({"explode": {"column": "a"}}, "needs `split`"),
        ({"explode": {"column": "a", "split": '"'}}, "`split` holds a quote"),
        ({"explode": {"column": "a", "split": ""}}, "at least 1 character"),
        ({"rename": {"a": "x", "b": "x"}}, "gives the column 'x' more than one name"),
    ],
)
def test_what_cannot_be_meant(keys, message):
    """Is found without reading anything."""
    with pytest.raises(ValidationError, match=message):
        source(**keys)


@pytest.mark.parametrize("rename", [{}, {"at": "stamp"}])
def test_the_cursor_is_not_taken_apart(rename):
    """Under its own name or a new one."""
    column = next(iter(rename), "stamp")
    with pytest.raises(ValidationError, match="`explode` takes the cursor of `incremental` apart"):
        SqlSource.model_validate(
            {
                "type": "sql",
                "url": "sqlite:///x.db",
                "query": "SELECT 1",
                "rename": rename,
                "incremental": {"cursor": "stamp"},
                "explode": {"column": column, "split": ","},
            }
        )
