"""Each typed cell has one text, or none and a reason."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.text.cells import NoText, OutOfRange, text_of


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" as it is ", " as it is "),
        (True, "true"),
        (False, "false"),
        (42.0, "42"),
        (-42.0, "-42"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (2.5e17, "250000000000000000"),
        (2e-7, "0.0000002"),
        (Decimal("7.00"), "7.00"),
        (Decimal("3E+3"), "3000"),
        (date(2024, 2, 29), "2024-02-29"),
        (time(23, 5), "23:05:00"),
        (datetime(2024, 2, 29, 12, 30), "2024-02-29T12:30:00"),  # noqa: DTZ001 - as a database gives it
        (datetime(2024, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=9))), "2024-02-29T16:30:00+00:00"),
        (timedelta(days=1, hours=2, minutes=30), "P1DT2H30M"),
        (timedelta(seconds=-1, microseconds=500_000), "-PT0.5S"),
        (timedelta(), "PT0S"),
        ({"ü": [1, 2.0, None, True, 'say "x"']}, '{"ü": [1, 2, null, true, "say \\"x\\""]}'),
        ([date(2024, 2, 29), Decimal("1.50"), ("a",)], '["2024-02-29", 1.50, ["a"]]'),
    ],
)
def test_the_text_of_a_type(cell, text):
    """The same whatever the driver, the session and the size of the number."""
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (math.nan, "bad_number"),
        (-math.inf, "bad_number"),
        (Decimal("NaN"), "bad_number"),
        (Decimal("1E+999999"), "out_of_range"),
        pytest.param(10**5000, "out_of_range", id="a very long int"),
        (b"x", "bad_text"),
        (1j, "bad_text"),
        (OutOfRange("infinity"), "out_of_range"),
        ([1, OutOfRange("infinity")], "out_of_range"),
        ({"a": [math.nan]}, "bad_number"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "out_of_range"),
    ],
)
def test_what_has_no_text(cell, code):
    """A reject with a reason, never a word of Python."""
    with pytest.raises(NoText) as caught:
        text_of(cell)
    assert caught.value.code == code


def test_what_is_nested_too_deeply():
    """No error of Python comes through."""
    nested = []
    for _ in range(5_000):
        nested = [nested]
    with pytest.raises(NoText, match="nested"):
        text_of(nested)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_the_number_that_its_text_says(number):
    """Digits only."""
    text = text_of(number)
    assert float(text) == number
    assert not set(text) & set("eE")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.lists(JSON) | st.dictionaries(st.text(), JSON))
def test_documents_are_json(value):
    """They are read again as they were."""
    assert json.loads(text_of(value)) == value


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - bounds
def test_one_moment_has_one_text(moment):
    """Whatever the zone that it is told in."""
    assert text_of(moment) == text_of(moment.astimezone(UTC))
