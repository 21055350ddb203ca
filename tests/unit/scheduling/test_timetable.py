"""The times of a schedule: DST, jitter, and the same times from whichever moment one looks."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.scheduling import Timetable, cron_words

BRUSSELS = ZoneInfo("Europe/Brussels")
SPRING, AUTUMN = datetime(2026, 3, 28, 12, tzinfo=BRUSSELS), datetime(2026, 10, 24, 12, tzinfo=BRUSSELS)
CRONS = ["30 2 * * *", "0 2,3 * * *", "0 * * * *", "*/15 2 * * *", "0 */2 * * *", "5 0 1 * *", "0 0 * * 0", "* * * * *"]
ZONES = ["Europe/Brussels", "UTC", "America/Havana", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"]


def times(cron: str, start: datetime, count: int, zone: ZoneInfo = BRUSSELS) -> list[str]:
    """The first times after a moment, in their timezone."""
    found = islice(Timetable("nightly", cron, zone).after(start.timestamp()), count)
    return [f"{datetime.fromtimestamp(at, zone):%m-%d %H:%M %z}" for at in found]


def test_a_time_that_does_not_exist_comes_once_at_the_next_moment_that_does():
    assert times("30 2 * * *", SPRING, 2) == ["03-29 03:00 +0200", "03-30 02:30 +0200"]
    assert times("0 2,3 * * *", SPRING, 2) == ["03-29 03:00 +0200", "03-30 02:00 +0200"]


def test_a_time_that_exists_twice_comes_once():
    assert times("30 2 * * *", AUTUMN, 2) == ["10-25 02:30 +0200", "10-26 02:30 +0100"]


def test_from_within_the_second_of_both_hours_it_does_not_come_again():
    within = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10, for the second time
    assert times("30 2 * * *", within, 1) == ["10-26 02:30 +0100"]


def test_an_hourly_job_runs_each_hour_that_there_is():
    assert (
        len(list(takewhile(lambda at: at.startswith("03-29"), times("0 * * * *", SPRING.replace(hour=23), 30)))) == 23
    )
    assert (
        len(list(takewhile(lambda at: at.startswith("10-25"), times("0 * * * *", AUTUMN.replace(hour=23), 30)))) == 25
    )


def test_a_schedule_of_files_alone_has_no_times():
    assert list(Timetable("inbox", "", BRUSSELS).after(0)) == []


@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES),
    start=st.integers(1_767_225_600, 1_830_297_600),  # in 2026 and 2027
    steps=st.lists(st.floats(0, 90_000), min_size=1, max_size=5),
)
def test_the_times_are_the_same_from_whichever_moment_one_looks(cron, zone, start, steps):
    """A server that looks often, or starts anew at any moment, has none twice and leaves none out."""
    table = Timetable("nightly", cron, ZoneInfo(zone))
    begin = float(start)
    end = begin + sum(steps)
    whole = list(takewhile(lambda at: at <= end, table.after(begin)))
    looked, now = list[float](), begin
    for step in steps:
        looked += takewhile(lambda at, until=now + step: at <= until, table.after(now))
        now += step
    assert looked == [at for at in whole if at <= now]
    assert all(one < later for one, later in pairwise(whole))


def test_jitter_is_another_part_each_time_and_the_same_whoever_asks():
    table, same = (Timetable("nightly", "0 2 * * *", BRUSSELS, jitter_s=300) for _ in range(2))
    other = Timetable("hourly", "0 2 * * *", BRUSSELS, jitter_s=300)
    dues = list(islice(table.after(0), 100))
    late = [table.start_of(due) - due for due in dues]
    assert all(0 <= by < 300 for by in late)
    assert len(set(late)) == 100
    assert min(late) < 30
    assert max(late) > 270
    assert [same.start_of(due) for due in dues] == [table.start_of(due) for due in dues]
    assert [other.start_of(due) for due in dues] != [table.start_of(due) for due in dues]


def test_a_time_whose_jitter_is_not_over_is_still_to_come():
    table = Timetable("nightly", "0 2 * * *", ZoneInfo("UTC"), jitter_s=300)
    due = next(table.after(0))
    start = table.start_of(due)
    assert table.past(0, start - 0.5, 10) == []
    assert table.past(0, start, 10) == [due]
    assert table.next(start - 0.5, 1) == [due]
    assert table.next(start, 1) == [due + 86_400]


@pytest.mark.parametrize(("cron", "days"), [("* * * * *", 1000), ("0 2 * * *", 10_000), ("0 0 29 2 *", 20_000)])
def test_looking_back_over_years_takes_as_many_times_as_are_wanted(cron, days):
    """And some more, but not all of them."""
    table, now = Timetable("nightly", cron, ZoneInfo("UTC")), 2e9
    found = table.past(now - days * 86_400, now, 1000)
    assert 13 <= len(found) < 10_000
    assert len(found) > 1000 or cron == "0 0 29 2 *"
    assert now - found[-1] < 366 * 4 * 86_400


def test_cron_in_words():
    """As cronsim says it; nothing of a schedule that only files start."""
    assert cron_words("*/15 8-18 * * MON-FRI") == "Every 15th minute from 08:00 through 18:59 on Monday through Friday"
    assert cron_words("") == ""
