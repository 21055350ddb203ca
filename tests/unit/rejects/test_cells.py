"""Typed cells survive the rejects file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.rejects.cells import KINDS, restored, written
from odoo_etl.text import OdooContent, OutOfRange

ERROR = "is an error of the sheet"

TYPED = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(allow_nan=False),
    st.decimals(allow_nan=False),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(UTC) | st.just(timezone(timedelta(hours=5, minutes=30)))),
    st.times(),
    st.timedeltas(),
    st.sampled_from(["infinity", "-infinity", "0044-03-15 BC", "20231-01-01", "24:00:00"]).map(OutOfRange),
    st.sampled_from(
        ["#N/A", "#DIV/0!", "#GETTING_DATA", "#UNSAVED", "#ERROR", "#NOM\u00a0?", "#¡VALOR!", "#ЗНАЧ!", "Err:502"]
    ).map(lambda text: OutOfRange(text, ERROR, "error_cell")),
    st.builds(
        OdooContent,
        st.sampled_from(["old", "old-2", "a/b c"]),
        st.sampled_from(["res.partner", "ir.attachment"]),
        st.integers(1, 2**31),
        st.just("image_1920"),
        st.binary(min_size=20, max_size=20).map(bytes.hex),
        st.integers(1, 2**31),
    ),
    st.binary(min_size=1),
    st.lists(st.integers() | st.text()),
    st.dictionaries(st.text(), st.integers() | st.none()),
)


@given(TYPED)
def test_a_cell_is_read_back_as_the_value_it_was(cell):
    """Value and type, also where the column holds all kinds of values."""
    text, name = written(cell)
    back = restored(text, [name])
    assert (type(back), back) == (type(cell), cell)


@given(st.lists(st.integers() | st.floats(allow_nan=False) | st.dates() | st.booleans() | st.datetimes()))
def test_a_column_may_mix_kinds(cells):
    """Each value finds its own kind again."""
    pairs = [written(cell) for cell in cells]
    names = {name for _, name in pairs}
    assert [restored(text, names) for text, _ in pairs] == cells


@pytest.mark.parametrize(
    ("text", "names", "value"),
    [
        ("12,5", ["decimal"], "12,5"),
        ("31.01.2024", ["date"], "31.01.2024"),
        ("01234", ["integer"], "01234"),
        ("TRUE", ["boolean"], True),
        ("1E+16", ["float"], 1e16),
        ("12", [], "12"),
        ("2024-01-31", ["out_of_range"], "2024-01-31"),
        ("2024-01-31", ["out_of_range", "date"], date(2024, 1, 31)),
        ("x", ["boolean", "base64", "list", "decimal"], "x"),
        ("\ud800", list(KINDS), "\ud800"),
    ],
)
def test_what_is_no_value_of_the_column_is_text(text, names, value):
    """As a person typed it: the job says how it is read."""
    assert restored(text, names) == value


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), ("", ""), ("x", "x"), ([b"x"], "[b'x']")],
)
def test_what_has_no_kind_is_text(cell, text):
    """Also values that JSON would change."""
    assert written(cell) == (text, "")


def test_times_and_dates_are_written_as_iso():
    """As the mapping reads them when the types are lost."""
    cells = (date(2024, 1, 31), datetime(2024, 1, 31, 12, tzinfo=UTC), time(8, 30))
    assert [written(cell)[0] for cell in cells] == ["2024-01-31", "2024-01-31T12:00:00+00:00", "08:30:00"]
