"""Where the time of a run went."""

from __future__ import annotations

from collections import Counter

from odoo_etl.reporting.events import Calls, Events, JobEvents
from odoo_etl.reporting.report.times import chart, job_times, methods, waits
from odoo_etl.results import JobResult

JOB = JobResult("a", "res.partner", calls={"res.partner.create": 3, "res.partner.read": 1}, elapsed_s=10.0)


def known(**more):
    """The events of the job."""
    job = JobEvents(
        phases=[(0.5, "server"), (1.0, "source"), (3.0, "rows")],
        calls={"res.partner.create": Calls(3, 1, 4.5), "common.login": Calls(1, 0, 0.1)},
        odoo_s=4.0,
        **more,
    )
    return Events(jobs={"a": job})


def test_the_time_of_a_job_adds_up():
    """The source, Odoo, waits, and what is left is our own."""
    events = known(waits=Counter(server=2))
    events.jobs["a"].waited["server"] = 1.5
    (time,) = job_times([JOB], events)
    assert (time.source, time.odoo, time.waits, time.own) == (2.0, 4.0, 1.5, 2.5)
    assert sum(time.kinds) == time.whole == 10.0
    assert [(wait.what, wait.times, wait.seconds) for wait in waits(events)] == [
        ("for a server that was away or busy", 2, 1.5)
    ]
    assert 'id="times"' in chart([time])


def test_waits_of_lanes_side_by_side_are_no_more_than_the_job():
    """Four lanes that wait for a minute wait for a minute."""
    events = known()
    events.jobs["a"].waited["lock"] = 240.0
    (time,) = job_times([JOB], events)
    assert (time.waits, time.own) == (4.0, 0.0)


def test_calls_of_other_processes_are_not_ours():
    """Of a divided job nobody here saw when calls were on their way."""
    (time,) = job_times([JOB], None)
    assert (time.odoo, time.kinds) == (None, (0.0, 0.0, 0.0, 10.0))


def test_methods_with_most_time_come_first():
    """With those of which only the number is known, and those that no job counts as its own."""
    found = methods([JOB], known())
    assert [(one.name, one.calls, one.failed, one.seconds) for one in found] == [
        ("res.partner.create", 3, 1, 4.5),
        ("common.login", 1, 0, 0.1),
        ("res.partner.read", 1, 0, None),
    ]
    assert (found[0].each_ms, found[2].each_ms) == (1500.0, None)


def test_skipped_jobs_and_parts_have_no_time_of_their_own():
    """A part is in the whole."""
    assert job_times([JobResult("s", "m", "skipped"), JobResult("p", "m", part="1/2")], None) == []
