"""Whatever JSON can hold comes back; the rest becomes text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.state.payload import from_text, mark_from_text, mark_to_text, pack, to_text, unpack

TEXT = st.text(st.characters(codec=None))  # with NUL and lone surrogates
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=10,
)


@given(VALUES)
def test_json_comes_back(value):
    """Every text and every number, nested at will."""
    assert unpack(pack(value)) == value
    assert from_text(to_text(value)) == value


@given(st.lists(st.fixed_dictionaries({"name": VALUES, "ref": VALUES}), max_size=4))
def test_rows_of_the_same_fields_come_back(rows):
    """They are stored by column; whoever reads them sees rows, their fields in order."""
    again = unpack(pack(rows))
    assert again == rows
    assert [list(row) for row in again] == [list(row) for row in rows]


@pytest.mark.parametrize(
    ("value", "stored"),
    [(Decimal("1.10"), "1.10"), (date(2026, 1, 2), "2026-01-02"), (("a", 1), ["a", 1]), ({1: "x"}, {"1": "x"})],
)
@pytest.mark.parametrize("beside", ["plain", "\ud800"])
def test_what_json_does_not_know_becomes_text(value, stored, beside):
    """The same beside text that the fast encoder refuses."""
    assert unpack(pack([value, beside])) == [stored, beside]


@given(st.datetimes(timezones=st.none() | st.timezones()) | st.decimals(allow_nan=False) | st.floats(allow_nan=False))
def test_marks_are_exact(value):
    """In type and value."""
    found = mark_from_text(mark_to_text(value))
    assert type(found) is type(value)
    assert found == value or (isinstance(value, datetime) and found.replace(tzinfo=None) == value.replace(tzinfo=None))
