"""Numbers, times and values in words."""

from __future__ import annotations

import pytest

from odoo_etl.reporting.pages.words import duration, moment, number, shares, shown, size


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (number(1234567), "1,234,567"),
        (number(1.25), "1.2"),
        (duration(0.04), "0.0 s"),
        (duration(9.94), "9.9 s"),
        (duration(59.4), "59 s"),
        (duration(185), "3 min 05 s"),
        (duration(7805), "2 h 10 min"),
        (size(999), "999 bytes"),
        (size(3_400_000), "3.4 MB"),
        (size(5 * 10**15), "5000.0 TB"),
        (shown(None), "(empty)"),
        (shown("x" * 200, 10), "xxxxxxxxx…"),
        (shown(0), "0"),
        (moment("no time"), "no time"),
    ],
)
def test_words(said, expected):
    """As a person reads them."""
    assert said == expected


def test_a_time_is_that_of_the_wall():
    """With its zone, whichever it is here."""
    assert moment("2026-11-29T06:27:39+00:00").count(":") == 2
    assert "Nov 2026" in moment("2026-11-29T12:00:00+00:00")


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"a": 1, "b": 0, "c": 1}, [("a", 0, 500), ("c", 500, 500)]),
        ({"a": 10**9, "b": 1, "c": 0}, [("a", 0, 996), ("b", 996, 4)]),
        ({"a": 0, "b": 0, "c": 0}, []),
    ],
)
def test_the_parts_of_a_bar_fill_it(counts, expected):
    """Also where there is one of a kind among many."""
    assert list(shares(counts, counts)) == expected
