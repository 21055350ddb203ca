"""Events read back, also those of a run that was killed in the middle of a line."""

from __future__ import annotations

from odoo_etl.reporting.events import (
    Called,
    Event,
    JobFinished,
    JobStarted,
    Noted,
    PhaseBegan,
    Progress,
    Rejected,
    RunFinished,
    RunStarted,
    Waited,
    in_line,
    read_events,
)
from odoo_etl.reporting.events.log import EVENTS_FILE
from odoo_etl.results import Counts

STORY: list[tuple[float, Event]] = [
    (0.0, RunStarted("r1", "run")),
    (0.1, PhaseBegan("partners", "source")),
    (0.4, JobStarted("partners", 10)),
    (0.4, PhaseBegan("partners", "rows")),
    (1.0, Progress("partners", Counts(10, created=4), 0.3)),
    (1.0, Called("partners", "res.partner.create", 2, 1, 4, 0.2)),
    (1.0, Called("partners", "res.partner.create", 3, 0, 6, 0.3)),
    (1.0, Waited("partners", "server", "busy", 2, 8.0)),
    (1.0, Rejected("partners", "email", "bad_email", 1)),
    (1.5, Noted("main", "hello")),
]
ENDED: list[tuple[float, Event]] = [
    (2.0, JobFinished("partners", "res.partner", "", "done", Counts(10, created=9, rejected=1), 1.9, 0, "")),
    (2.1, RunFinished(3, 2.1, "")),
]


def write(folder, story, rest=b""):
    """Write events, and whatever comes after them."""
    lines = [in_line(f"2024-01-01T00:00:0{int(at)}Z", at, event) for at, event in story]
    (folder / EVENTS_FILE).write_bytes(b"".join(lines) + rest)


def test_a_run_that_ended(tmp_path):
    """All there is."""
    write(tmp_path, [*STORY, *ENDED])
    events = read_events(tmp_path)
    job = events.jobs["partners"]
    assert (events.is_ended, events.last_at_s, events.notes) == (True, 2.1, [(1.5, "main", "hello")])
    assert (job.rows, job.counts["created"], job.odoo_s) == (10, 9, 0.3)
    assert [at for at, _ in job.points] == [0.4, 1.0, 2.0]
    assert job.phases == [(0.1, "source"), (0.4, "rows")]
    create = job.calls["res.partner.create"]
    assert (create.calls, create.failed, create.seconds) == (5, 1, 0.5)
    assert (job.waits["server"], job.waited["server"], job.rejected["email", "bad_email"]) == (2, 8.0, 1)


def test_a_run_that_was_killed(tmp_path):
    """The half line at its end is left out, and so is what a later version writes."""
    write(tmp_path, STORY, b'{"time": "2024", "at_s": 9, "event": "unheard_of"}\n[]\n{"time": "20')
    events = read_events(tmp_path)
    assert (events.is_ended, events.jobs["partners"].counts["created"], events.last_at_s) == (False, 4, 9.0)


def test_no_events(tmp_path):
    """Of a run before there were any, or on another machine."""
    assert read_events(tmp_path) is None
