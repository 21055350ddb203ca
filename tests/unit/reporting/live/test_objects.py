"""Objects for machines: each line is one, whatever happens."""

from __future__ import annotations

import io
import json

import pytest

from odoo_etl.events import Wait
from odoo_etl.reporting.live.objects import ObjectsDisplay, as_object
from odoo_etl.results import Counts, JobResult, RunResult
from odoo_etl.text import keep_secret
from tests.unit.reporting.live.runs import CALL, ROW, Clock, begin, done, move


class Shown:
    """A display, its clock, and what it wrote."""

    def __init__(self, *, quiet=False):
        self.clock, self.written = Clock(), io.StringIO()
        self.display = ObjectsDisplay(quiet=quiet, clock=self.clock, stream=lambda: self.written, ticks=False)

    @property
    def objects(self):
        """What was written."""
        found = [json.loads(line) for line in self.written.getvalue().splitlines()]
        assert all(list(one)[:3] == ["time", "level", "event"] for one in found)
        return found

    def named(self, event):
        """Those of one event."""
        return [one for one in self.objects if one["event"] == event]


@pytest.fixture
def shown():
    """Of a run that begins."""
    made = Shown()
    begin(made.display)
    return made


def test_the_beginning_of_a_run(shown):
    """Each object names the run, from where it has a name."""
    told = [(one["level"], one["event"], one["run"]) for one in shown.objects]
    events = ["run_started", "jobs_chosen", "connected", "phase", "job_started", "phase"]
    assert told == [("info", event, "r1") for event in events]
    assert shown.named("connected")[0]["url"] == "https://erp.example.com"
    assert shown.named("job_started")[0]["rows"] == 50_000


def test_progress_now_and_then(shown):
    """With all figures as numbers."""
    shown.display.calling("partners", (CALL,))
    for _ in range(25):
        move(shown.display, shown.clock, 1, created=100, rejected=1)
        shown.display.tick()
    first, second = shown.named("progress")
    assert (first["job"], first["rows"], first["done"], first["calls"]) == ("partners", 50_000, 101, [CALL])
    assert first["counts"] == {**dict.fromkeys(first["counts"], 0), "created": 100, "rejected": 1}
    assert second["elapsed_s"] == 20.0


def test_waits_rejects_notes_and_ends(shown):
    """What goes wrong has a level of its own."""
    shown.display.waiting("partners", Wait("server", "HTTP 503", 8.0, 3, 6))
    shown.display.waiting("partners", Wait("server", "HTTP 503", 8.0, 4, 6))
    for _ in range(9):
        shown.display.rejected("partners", ROW)
    shown.display.note("partners", "half a character: \ud800")
    shown.display.job_finished(JobResult("partners", "res.partner", "failed", counts=Counts(3, failed=3), error="why"))
    shown.display.run_finished(RunResult("r1", "run", "now", exit_code=1))
    assert [one["attempt"] for one in shown.named("wait")] == [3]
    assert [(one["line"], one["code"]) for one in shown.named("rejected")] == [(7, "required")] * 5
    assert shown.named("more_rejected")[0]["rejects_file"] == "/runs/r1/rejects/partners.csv"
    ended = shown.named("job_finished")[0]
    assert (ended["level"], ended["status"], ended["counts"]["failed"]) == ("error", "failed", 3)
    assert shown.named("run_finished")[0]["level"] == "error"


@pytest.mark.parametrize(("code", "level"), [(0, "info"), (3, "warning"), (8, "info"), (4, "error"), (130, "error")])
def test_a_run_ends_with_the_level_of_its_exit_code(shown, code, level):
    """Alarms go by it."""
    shown.display.run_finished(RunResult("r1", "run", "now", exit_code=code))
    assert shown.named("run_finished")[0]["level"] == level


def test_quiet_leaves_what_went_wrong():
    """No wait, no progress, no end of what went well."""
    shown = Shown(quiet=True)
    begin(shown.display)
    for _ in range(60):
        move(shown.display, shown.clock, 1, created=1)
        shown.display.tick()
    shown.display.waiting("partners", Wait("server", "HTTP 503", 8.0))
    shown.display.job_finished(done("partners", read=1, created=1))
    shown.display.run_finished(RunResult("r1", "run", "now"))
    assert shown.objects == []
    shown.display.rejected("partners", ROW)
    assert [one["event"] for one in shown.objects] == ["rejected"]


def test_an_interrupt_is_an_event(shown):
    """With the calls that are finished first."""
    shown.display.calling("partners", (CALL, CALL))
    shown.display.stop()
    shown.display.tick()
    shown.display.tick()
    assert [one["calls"] for one in shown.named("interrupted")] == [2]


def test_no_secret_is_in_an_object():
    """Whatever a server repeats."""
    keep_secret(["hunter2223"])
    assert "hunter2223" not in as_object("error", "error", text="password hunter2223")
