"""Speeds and times, and how they are written."""

from __future__ import annotations

import pytest

from odoo_etl.reporting.live.figures import Speed, duration, fitting, in_the_middle, per_second, percent


def test_the_speed_is_that_of_the_last_half_minute():
    """Slow rows at the beginning are forgotten."""
    speed = Speed(0.0)
    for second in range(1, 101):
        speed.at(float(second), second)
    for second in range(101, 141):
        speed.at(float(second), 100 + (second - 100) * 100)
    assert speed.per_s(140.0) == pytest.approx(100, rel=0.01)


def test_the_first_record_of_a_job_is_no_measure():
    """It is created alone; nobody wants to read that a day is to go. After half a minute it is one."""
    speed = Speed(0.0)
    speed.at(1.0, 1)
    assert [speed.per_s(now) for now in (1.0, 29.0)] == [0.0, 0.0]
    assert speed.per_s(40.0) > 0
    speed.at(1.5, 1000)
    assert (speed.per_s(1.5), speed.per_s(2.0) > 400) == (0.0, True)


def test_what_stands_still_slows_down():
    """Nobody is told that rows come while none does."""
    speed = Speed(0.0)
    for second in range(1, 11):
        speed.at(float(second), second * 100)
    assert speed.per_s(10.0) == pytest.approx(100)
    assert speed.per_s(20.0) == pytest.approx(50)
    assert speed.per_s(1000.0) < 1.1


def test_batches_that_take_minutes_have_a_speed():
    """A first load of big records, say."""
    speed = Speed(0.0)
    for number in range(1, 6):
        speed.at(number * 120.0, number * 600)
    assert speed.per_s(600.0) == pytest.approx(5)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (7.9, "0:07"), (61, "1:01"), (3599, "59:59"), (3723, "1:02:03"), (360000, "100:00:00")],
)
def test_durations(seconds, shown):
    """Hours only where there are any."""
    assert duration(seconds) == shown


def test_all_rows_only_are_a_hundred_percent():
    """And no rows are all of them."""
    assert [percent(*pair) for pair in ((0, 3), (1, 3), (49_999, 50_000), (3, 3), (0, 0))] == [0, 33, 99, 100, 100]


def test_slow_speeds_have_a_figure():
    """0 rows a second would be none."""
    assert [per_second(speed) for speed in (12345.6, 10, 9.94, 1, 0.5, 0.04)] == [
        "12,346",
        "10",
        "9.9",
        "1.0",
        "0.50",
        "0.04",
    ]


@pytest.mark.parametrize("width", range(1, 40))
def test_names_are_cut_in_their_middle(width):
    """Beginning and end are what differs: `migration_partners_be`, `migration_partners_nl`."""
    name = "migration_partners_belgium"
    cut = in_the_middle(name, width)
    assert len(cut) == min(width, len(name))
    if 5 <= width < len(name):
        assert (cut[0], cut[-1]) == ("m", "m")
        assert "…" in cut


def test_what_matters_least_goes_first():
    """In the order that is left; of equals the last one."""
    parts = [(0, "61 %"), (1, "30,512/50,000"), (3, "1,234/s"), (2, "0:16 to go"), (3, "")]
    assert fitting(parts, 80) == "61 %  30,512/50,000  1,234/s  0:16 to go"
    assert fitting(parts, 39) == "61 %  30,512/50,000  0:16 to go"
    assert fitting(parts, 20) == "61 %  30,512/50,000"
    assert fitting(parts, 4) == "61 %"
    assert fitting(parts, 3) == ""
