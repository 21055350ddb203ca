"""The schedules of a project, as a person or a program is told of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import odoo_etl
from odoo_etl.reporting.scheduled import NO_SCHEDULE, schedule_lines
from odoo_etl.runs.opening import open_state
from odoo_etl.state import Attempt, Slot

PROJECT = "connections: {main: {url: sandbox}}\ndefaults: {timezone: Europe/Brussels}\n"
JOB = """\
version: 1
job: nightly
schedule: {cron: "0 2 * * *", jitter: 5m, timeout: 2h}
source: {type: csv, path: ../rows.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref}
"""
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC).timestamp()
TWO = datetime(2026, 11, 29, 1, tzinfo=UTC).timestamp()  # 02:00 in Brussels


@pytest.fixture
def project(tmp_path):
    """A project with one schedule."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text(PROJECT)
    (tmp_path / "pipelines/nightly.yaml").write_text(JOB)
    return tmp_path


@pytest.fixture
def state(project):
    """The state of the schedule after slots were stored, at noon."""

    def found(*slots: Slot, met_at: float | None = None) -> odoo_etl.ScheduleState:
        with open_state(odoo_etl.Workspace(project).load()) as ledger:
            known = ledger.slots("")
            if met_at is not None:
                known.meet("nightly", "0 2 * * * Europe/Brussels", met_at)
            for slot in slots:
                known.add(slot)
        return odoo_etl.schedules(project, now=lambda: NOON)[0]

    return found


def ended(code: int) -> Slot:
    """A slot that has ended."""
    began, end = TWO + 60, TWO + 120
    attempt = Attempt("run", began, "run-1", finished_at=end, exit_code=code)
    known = {"attempts": (attempt,), "started_at": began, "finished_at": end, "exit_code": code}
    return Slot("nightly", TWO, "time", "ended", TWO, **known)


def test_when_it_runs_next(state):
    told = state()
    assert (told.name, told.jobs, told.cron, told.timezone) == ("nightly", ("nightly",), "0 2 * * *", "Europe/Brussels")
    assert (told.health, told.last, told.since, told.timeout_s) == ("never", None, None, 7200.0)
    assert len(told.next) == 5
    assert told.next[0].isoformat()[:14] == "2026-11-30T02:"
    assert 0 <= told.next[0].minute < 5, "jitter is in it"
    assert str(told.next[0].tzinfo) == "Europe/Brussels"


@pytest.mark.parametrize(("code", "health"), [(0, "ok"), (3, "rejects"), (1, "failed"), (143, "failed"), (4, "failed")])
def test_how_it_is(state, code, health):
    told = state(ended(code), met_at=TWO - 10_000)
    assert told.health == health
    assert told.last is not None
    assert (told.last.exit_code, told.last.late_s, told.last.elapsed_s) == (code, 60.0, 60.0)
    assert told.last.status == ("done" if code in {0, 3} else "failed")


def test_a_time_that_nothing_ran_for_says_that_no_server_is_at_work(state):
    assert state(met_at=TWO - 10_000).health == "overdue"
    assert "no server runs it" in "".join(schedule_lines([state()]))


def test_all_times_are_in_the_timezone_that_the_first_line_names(state):
    lines = list(schedule_lines([state(ended(0), met_at=TWO - 10_000)]))
    assert lines[0] == "nightly: 0 2 * * * Europe/Brussels"
    assert lines[1].startswith("    next    2026-11-30 02:0")
    assert lines[2].startswith("    last    2026-11-29 02:01: done")


def test_one_at_work(state):
    slot = Slot("nightly", TWO, "time", "running", TWO, attempts=(Attempt("run", TWO),), started_at=TWO)
    told = state(slot, met_at=TWO - 10_000)
    assert (told.health, told.last and told.last.status) == ("running", "running")


def test_one_that_waits_for_another_attempt(state):
    slot = replace(ended(1), state="running", exit_code=None, retry_at=NOON + 60, finished_at=None)
    told = state(slot, met_at=TWO - 10_000)
    assert (told.health, told.last and told.last.status) == ("running", "waiting")


def test_times_that_were_missed(state):
    told = state(Slot("nightly", TWO, "time", "missed", TWO - 86_400, 2), met_at=TWO - 200_000)
    assert (told.missed, told.last, told.slots[0].status, told.health) == (2, None, "missed", "never")
    assert "2 times missed" in "".join(schedule_lines([told]))


def test_a_paused_one_has_no_next_time(project):
    assert odoo_etl.pause(project, "nightly", "ann", now=lambda: NOON)
    assert not odoo_etl.pause(project, "nightly", "bob", now=lambda: NOON)
    told = odoo_etl.schedules(project, now=lambda: NOON)[0]
    assert (told.health, told.next, told.paused_by) == ("paused", (), "ann")
    assert told.paused_since == datetime.fromtimestamp(NOON, UTC)
    assert "since 2026-11-29 13:00 by ann" in "".join(schedule_lines([told]))
    assert odoo_etl.unpause(project, "nightly", now=lambda: NOON)
    assert odoo_etl.schedules(project, now=lambda: NOON)[0].health == "never"


def test_who_misspells_a_name_is_told_the_nearest(project):
    with pytest.raises(odoo_etl.UsageError, match="there is no schedule 'nightl' \\(did you mean `nightly`"):
        odoo_etl.pause(project, "nightl", "ann")
    (project / "pipelines/nightly.yaml").write_text(JOB.replace("schedule:", "tags: [x] #"))
    with pytest.raises(odoo_etl.UsageError, match="there is no schedule 'nightly' \\(give a job"):
        odoo_etl.run_now(project, "nightly", "ann")
    assert list(schedule_lines(odoo_etl.schedules(project))) == [NO_SCHEDULE]
