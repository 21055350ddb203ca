"""Runs tell channels how they ended, and never end otherwise for it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from odoo_etl.errors import StateError
from odoo_etl.results import Counts, JobResult, RunResult
from odoo_etl.runs.alerted import MARK, UNKEPT, Ended, tell_channels
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.perform import Openings, perform
from odoo_etl.runs.work import Arguments, Request, Work
from odoo_etl.runs.workspace import Workspace
from tests.web import serving

REJECTED = JobResult("firms", "res.partner", counts=Counts(read=10, created=9, rejected=1))
RESULT = RunResult("r1", "run", "2026-11-29T12:00:00+00:00", exit_code=3, jobs=(REJECTED,))


@pytest.fixture
def web():
    """A receiver."""
    with serving() as server:
        server.page("/hook", status=204)
        yield server


@pytest.fixture
def alerted(shop, web):
    """The shop, with a channel; `more` are further keys of project.yaml."""
    hook = f"alerts: {{hold: 0s, channels: {{ops: {{webhook: {{url: '{web.url('/hook')}'}}}}}}}}\n"

    def write(more="", alerts=hook):
        shop.write("pipelines/project.yaml", f"connections: {{main: {{url: sandbox}}}}\n{alerts}{more}")
        return shop

    return write


def told(web):
    """Each alert that came: event, kind, job."""
    return [(one["event"], one["kind"], one["job"]) for asked in web.requests for one in asked.json["alerts"]]


def test_a_run_tells_how_it_ended(alerted, web):
    """Whatever ended it; by the clock of the workspace."""
    shop = alerted()
    clock = [datetime(2027, 3, 28, 1, tzinfo=UTC)]
    workspace = replace(shop.use(), clock=lambda: clock[0])

    def ended(code):
        return perform(Request("run", workspace), lambda _: Work(lambda: code))

    assert ended(5).notes == ()
    clock[0] += timedelta(days=1)
    assert ended(0).run_id.startswith("20270329T010000-")
    assert told(web) == [("firing", "failed", ""), ("recovered", "failed", "")]
    assert web.requests[1].json["alerts"][0]["until"] == "2027-03-29T01:00:00+00:00"


def test_an_error_that_nobody_foresaw_is_told_as_well(alerted, web):
    """Before it is raised."""
    with pytest.raises(ZeroDivisionError):
        perform(Request("run", alerted().use()), lambda _: Work(lambda: 1 // 0))
    assert told(web) == [("firing", "failed", "")]


def test_a_receiver_that_fails_is_a_note(alerted, web):
    """The run is as it was."""
    web.page("/hook", status=500)
    result = perform(Request("run", alerted().use()), lambda _: Work(lambda: 5))
    assert result.exit_code == 5
    (note,) = result.notes
    assert note.startswith("channel ops of `alerts` could not be told of 1 alert: the answer was HTTP 500;")


def test_whatever_goes_wrong_with_alerts_is_a_note(alerted):
    """Also what nobody foresaw."""
    notes = []

    def broken(_):
        raise ZeroDivisionError("hm")

    tell_channels(Ended(RESULT, Arguments(), alerted().project), Workspace(), broken, notes.append)
    assert notes == ["the channels of `alerts` could not be told of the run: ZeroDivisionError: hm"]


def test_an_interrupt_meanwhile_does_not_cost_the_report(alerted, web):
    """The run is over; its results are written in any case."""

    @contextmanager
    def interrupted(project):
        with open_state(project) as ledger:
            yield ledger
        if opened:
            raise KeyboardInterrupt
        opened.append(1)

    opened = []
    with pytest.raises(KeyboardInterrupt):
        perform(Request("run", alerted().use()), lambda _: Work(lambda: 0), Openings(state=interrupted))
    assert list((alerted().root / ".odoo_etl/runs").glob("*/run_results.json"))


def test_without_the_ledger_it_is_told_once_an_hour(alerted, web):
    """And said in the report of each run."""
    project, notes = alerted().project, []
    project.state_dir.mkdir()

    def gone(_):
        raise StateError("PostgreSQL is away")

    for _ in range(2):
        tell_channels(Ended(RESULT, Arguments(), project), Workspace(), gone, notes.append)
    assert notes == [UNKEPT, UNKEPT]
    assert told(web) == [("firing", "rejects", "firms")]
    tomorrow = time.time() + 86_400
    os.utime(project.state_dir / MARK, (tomorrow, tomorrow))  # by a clock that has been set back since
    tell_channels(Ended(RESULT, Arguments(), project), Workspace(), gone, notes.append)
    assert len(told(web)) == 2


@pytest.mark.parametrize("result", [replace(RESULT, command="plan"), replace(RESULT, only_planned=True)])
def test_plans_are_not_told(alerted, web, result):
    """Nor runs of a few rows."""
    for arguments in (Arguments(), Arguments(limit=3)):
        ended = Ended(result if arguments.limit is None else RESULT, arguments, alerted().project)
        tell_channels(ended, Workspace(), open_state, print)
    assert web.requests == []


def test_files_that_are_not_valid_are_told_where_that_is_asked_for(alerted, web):
    """As far as project.yaml itself is."""
    hook = f"{{ops: {{webhook: {{url: '{web.url('/hook')}'}}}}}}"
    shop = alerted(alerts=f"alerts: {{rules: {{failed: {{exit_codes: [2]}}}}, channels: {hook}}}\n")
    shop.write("pipelines/broken.yaml", "job: [\n")
    result = perform(Request("run", shop.use()), lambda _: Work(lambda: 0))
    assert (result.exit_code, told(web)) == (2, [("firing", "failed", "")])
    assert "broken.yaml" in web.requests[0].json["alerts"][0]["summary"]
    shop.write("pipelines/project.yaml", "no\n")
    assert perform(Request("run", shop.use()), lambda _: Work(lambda: 0)).exit_code == 2
    assert len(web.requests) == 1


def test_a_channel_that_lacks_a_variable_is_a_note(alerted):
    """It is not silently left out."""
    shop = alerted(alerts="alerts: {channels: {ops: {webhook: {url: '${NO_SUCH_URL}'}}}}\n")
    (note,) = perform(Request("run", shop.use()), lambda _: Work(lambda: 0)).notes
    assert note.startswith("channel ops of `alerts` cannot be used: ")
    assert "NO_SUCH_URL" in note


def test_two_runs_at_once_tell_once(alerted, web):
    """Each has claimed what it tells."""
    project = alerted().project
    for run in ("r1", "r2"):
        tell_channels(Ended(replace(RESULT, run_id=run), Arguments(), project), Workspace(), open_state, print)
    assert told(web) == [("firing", "rejects", "firms")]
