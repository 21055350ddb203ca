"""Which times are run for, and which count as missed: each of them once."""

from __future__ import annotations

from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.scheduling import Due, Missed, Timetable, due_now
from odoo_etl.scheduling.due import GRACE_S, MOST_CAUGHT_UP

DAY = 86_400.0
NIGHTLY = Timetable("nightly", "0 2 * * *", ZoneInfo("UTC"))
TWO = 2 * 3600.0  # 02:00 of the first day of the epoch


@pytest.mark.parametrize("catch_up", ["latest", "all", "none"])
def test_nothing_is_due_before_its_time(catch_up):
    assert due_now(NIGHTLY, catch_up, 0.0, TWO - 1) == Due()


@pytest.mark.parametrize("catch_up", ["latest", "all", "none"])
def test_a_time_that_has_come_is_run_for(catch_up):
    assert due_now(NIGHTLY, catch_up, 0.0, TWO) == Due(TWO)
    assert due_now(NIGHTLY, catch_up, 0.0, TWO + GRACE_S) == Due(TWO)
    assert due_now(NIGHTLY, catch_up, TWO, TWO + GRACE_S) == Due()


def test_of_missed_nights_only_the_latest_is_made_up_for():
    assert due_now(NIGHTLY, "latest", 0.0, TWO + 2 * DAY + 3600) == Due(TWO + 2 * DAY, Missed(TWO, TWO + DAY, 2))


def test_or_all_of_them_one_after_the_other():
    now = TWO + 2 * DAY + 3600
    assert due_now(NIGHTLY, "all", 0.0, now) == Due(TWO)
    assert due_now(NIGHTLY, "all", TWO, now) == Due(TWO + DAY)
    assert due_now(NIGHTLY, "all", TWO + DAY, now) == Due(TWO + 2 * DAY)


def test_or_none():
    assert due_now(NIGHTLY, "none", 0.0, TWO + 2 * DAY + GRACE_S + 1) == Due(None, Missed(TWO, TWO + 2 * DAY, 3))
    assert due_now(NIGHTLY, "none", 0.0, TWO + DAY + 1) == Due(TWO + DAY, Missed(TWO, TWO, 1))


def test_no_end_of_times_is_made_up_for():
    minutely = Timetable("minutely", "* * * * *", ZoneInfo("UTC"))
    now = 400 * DAY
    due = due_now(minutely, "all", 0.0, now)
    assert due.run == now - (MOST_CAUGHT_UP - 1) * 60
    assert due.missed is not None
    assert due.missed.last == due.run - 60
    assert due.missed.times > MOST_CAUGHT_UP


@given(
    cron=st.sampled_from(["0 2 * * *", "*/20 * * * *", "0 */6 * * *", "15,45 3 * * *"]),
    jitter_s=st.sampled_from([0.0, 60.0, 1000.0]),
    catch_up=st.sampled_from(["latest", "all", "none"]),
    steps=st.lists(st.one_of(st.floats(1, 600), st.floats(600, 200_000)), max_size=40),
)
def test_whenever_one_looks_each_time_is_accounted_for_once(cron, jitter_s, catch_up, steps):
    """Of `all` each runs; of `latest` and `none` each runs or is missed; none is both, none is left out."""
    table = Timetable("nightly", cron, ZoneInfo("Europe/Brussels"), jitter_s)
    begin = since = now = 1_774_000_000.0  # a week before the clocks change
    ran, missed = list[float](), 0
    for step in steps:
        now += step
        due = due_now(table, catch_up, since, now)
        if due.missed:
            missed += due.missed.times
            assert since < due.missed.first <= due.missed.last
            since = due.missed.last
        if due.run is not None:
            assert since < due.run <= now
            ran.append(due.run)
            since = due.run
    accounted = list(takewhile(lambda at: at <= since, table.after(begin)))
    assert len(ran) + missed == len(accounted)
    assert catch_up != "all" or ran == accounted
