"""Cursors sort as what they are."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.cursors import DAY, MOMENT, NUMBER, TEXT, ZONED, CursorOf, sortable

RISING = {
    NUMBER: [-(10**29), -2, Decimal("-1.5"), 0, 0.25, Decimal("0.250000001"), 1, 9, 10, 10**20, 10**20 + 1],
    DAY: ["0001-01-01", "2024-01-31", "2024-02-01"],
    MOMENT: ["2024-01-31 10:00", "2024-01-31T10:00:00.000001", "2024-01-31 10:00:00,5", "2024-01-31 10:00:01"],
    ZONED: [
        "2024-01-31T10:00:00+02:00",
        "2024-01-31T08:00:00.000000001Z",
        "2024-01-31t08:00:01z",
        "2024-01-31T05:00:02-0400",
        "2024-01-31T09:00:02.5+00",
    ],
    TEXT: ["2024-02-30T10:00:00Z", "A-1", "A-10", "A-2", "a"],
}


@pytest.mark.parametrize("kind", RISING)
def test_each_kind_rises(kind):
    """To the last digit, whatever zone and form."""
    for one, other in pairwise(RISING[kind]):
        assert sortable(one)[0] == sortable(other)[0] == kind
        assert sortable(one)[1] < sortable(other)[1], (one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, Decimal("1.00")),
        ("2024-01-31T10:00:00Z", "2024-01-31T12:00:00.000+02:00"),
        ("2024-01-31 10:00", "2024-01-31T10:00:00.0"),
    ],
)
def test_equal_ones_are_equal(one, other):
    """In whatever form."""
    assert sortable(one) == sortable(other)


@pytest.mark.parametrize("value", [True, [1], {"a": 1}, float("nan"), float("inf"), 10**30, Decimal("Infinity")])
def test_what_has_no_order(value):
    """Or would end up above all others for ever."""
    with pytest.raises(SourceError, match="the cursor"):
        sortable(value)


def test_all_cursors_are_of_one_kind():
    """Else nobody knows what comes first."""
    cursor = CursorOf("meta.at")
    assert cursor.at({"meta": {"at": "2024-01-31"}}) == "2024-01-31"
    assert cursor.at({"meta": None}) is None
    with pytest.raises(SourceError, match=r"'meta.at' is a day in some records, and a number in others"):
        cursor.at({"meta": {"at": 5}})


def test_what_is_below_the_start_is_left_out():
    """At the start it is not; and a start of another kind compares with nothing."""
    cursor = CursorOf("at", 5)
    assert [cursor.leaves_out(cursor.at({"at": value})) for value in (4, 5, 6, None)] == [True, False, False, False]
    cursor = CursorOf("at", "2024-01-31")
    assert not cursor.leaves_out(cursor.at({"at": "2024-01-01T10:00:00Z"}))
