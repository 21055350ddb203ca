"""Cron expressions taken apart, and spelled as others spell them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.schedule_files.cron import Cron, Days, has_whole_hours, ranges
from odoo_etl.scheduling import Timetable
from tests.examples import examples
from tests.unit.schedule_files.conftest import NOW


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("0 4 * * *", (Days(),)),
        ("0 4 1,15 * *", (Days((1, 15)),)),
        ("0 4 * * 7", (Days(None, (0,)),)),
        ("0 4 13 * FRI", (Days((13,)), Days(None, (5,)))),
        ("0 4 */15 * FRI", (Days((1, 16, 31), (5,)),)),
        ("0 4 L * *", (Days((-1,)),)),
        ("0 4 LW * *", (Days((-1,), (1, 2, 3, 4, 5)), Days((-2, -3), (5,)))),
        ("0 4 * * MON#2", (Days((8, 9, 10, 11, 12, 13, 14), (1,)),)),
        ("0 4 * * TUE#5", (Days((29, 30, 31), (2,)),)),
        ("0 4 * * 5L", (Days((-7, -6, -5, -4, -3, -2, -1), (5,)),)),
        ("0 4 */2 * 5L", ()),
    ],
)
def test_its_days(text, days):
    """One condition of several is enough; where a field begins with `*`, both must fit."""
    assert Cron.of(text).days == days


# A little before, while and after clocks change, somewhere.
CHANGES = [
    datetime(year, month, day, hour, minute, tzinfo=UTC)
    for year, month, day in ((2026, 3, 29), (2026, 10, 25), (2026, 4, 4), (2026, 10, 3), (2026, 11, 1))
    for hour in (0, 1, 15)
    for minute in (15, 30)
]
FIELD = st.sampled_from(["*", "*/2", "3", "3-5", "3,5", "3/2", "3-5/2", "1,3-5"])


@given(FIELD, FIELD, FIELD, FIELD, FIELD)
def test_the_common_spelling_means_the_same(minute, hour, day, month, weekday):
    """Whatever the fields are: it has the same times."""
    cron = Cron.of(f"{minute} {hour} {day} {month} {weekday}")
    if not cron.is_strict:
        spelled = Cron.of(cron.posix)
        assert list(islice(spelled.times("UTC", NOW), 20)) == list(islice(cron.times("UTC", NOW), 20))


@examples(8)
@given(
    st.sampled_from(["30 2 * * *", "0,30 2 * * *", "*/20 1-3 * * *", "0 * * * *", "15 2,3 * * *"]),
    st.sampled_from(["Europe/Brussels", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "UTC"]),
    st.integers(0, 2 * 366 * 24 * 4),
)
def test_its_times_are_those_of_the_server(text, zone, quarters):
    """Also while clocks change, and from the second of two hours on: each comes once."""
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarters)
    for moment in (since, *CHANGES):
        found = [one.timestamp() for one in islice(Cron.of(text).times(zone, moment), 8)]
        assert found == list(islice(Timetable("nightly", text, ZoneInfo(zone)).after(moment.timestamp()), 8))
        assert all(one < later for one, later in pairwise([moment.timestamp(), *found]))


@given(st.sets(st.integers(0, 59)))
def test_ranges_are_the_numbers(numbers):
    """All of them, and no others; no two stretches touch."""
    found = ranges(sorted(numbers))
    assert [each for first, last in found for each in range(first, last + 1)] == sorted(numbers)
    assert all(later > last + 1 for (_, last), (later, _) in pairwise(found))


@pytest.mark.parametrize(
    ("zone", "whole"),
    [("UTC", True), ("Europe/Brussels", True), ("Asia/Kolkata", False), ("Australia/Lord_Howe", False)],
)
def test_offsets_in_whole_hours(zone, whole):
    """All year: Lord Howe puts its clocks forward by half an hour."""
    assert has_whole_hours(zone, NOW) is whole
