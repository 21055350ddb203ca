"""The course of a run: rows in equal stretches of time."""

from __future__ import annotations

from odoo_etl.reporting.events import Events, JobEvents
from odoo_etl.reporting.report.throughput import MOST_JOBS, OTHERS, STRETCHES, throughput


def events(seconds, **jobs):
    """Events of a run of so many seconds; of each job, seconds and rows done by then."""
    known = {name: JobEvents(points=[(at, {"created": rows}) for at, rows in points]) for name, points in jobs.items()}
    return Events(last_at_s=seconds, jobs=known)


def test_rows_are_spread_over_the_time_between_two_points():
    """A stretch has its share; none is lost."""
    course = throughput(events(10.0, a=[(0.0, 0), (5.0, 500), (10.0, 600)]))
    assert (course.step_s, len(course.stretches)) == (0.5, 20)
    assert course.rows["a"] == [50] * 10 + [10] * 10
    assert course.fastest == 100.0
    assert course.stretches[0] == ("0:00", 50, (50,))


def test_rows_of_an_earlier_run_took_no_time():
    """A resumed job begins with what was done before."""
    known = events(4.0, a=[(0.0, 0), (4.0, 1080)])
    known.jobs["a"].resumed = 1000
    assert sum(throughput(known).rows["a"]) == 80


def test_short_runs_and_runs_without_rows_have_none():
    """There is nothing to look at."""
    assert throughput(None) is None
    assert throughput(events(2.0, a=[(0.0, 0), (2.0, 100)])) is None
    assert throughput(events(20.0, a=[(0.0, 0)])) is None


def test_a_long_run_has_as_many_stretches_as_a_page_has_room_for():
    """Also one that takes days."""
    for seconds in (3.0, 60.0, 5000.0, 86_400.0, 900_000.0):
        course = throughput(events(seconds, a=[(0.0, 0), (seconds, 10_000)]))
        assert len(course.stretches) <= STRETCHES
        assert abs(sum(course.rows["a"]) - 10_000) <= STRETCHES


def test_many_jobs_are_told_apart_as_far_as_colours_reach():
    """The largest by name, the others as one; the chart has them all."""
    jobs = {f"j{number}": [(0.0, 0), (10.0, 100 * (number + 1))] for number in range(9)}
    course = throughput(events(10.0, **jobs))
    assert list(course.rows) == ["j4", "j5", "j6", "j7", "j8", OTHERS]
    assert len(course.rows) == MOST_JOBS
    assert sum(map(sum, course.rows.values())) == sum(100 * (n + 1) for n in range(9))
    assert 'id="throughput"' in course.chart()


def test_counts_that_a_later_verdict_lessens_take_nothing_back():
    """A row that landed may become a reject."""
    course = throughput(events(4.0, a=[(0.0, 0), (2.0, 100), (3.0, 90), (4.0, 100)]))
    assert all(rows >= 0 for rows in course.rows["a"])
