"""`events.jsonl` as it is written: what comes at once, what is added up, and how it stays small."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from odoo_etl.private_files import FILE
from odoo_etl.reporting.events.log import EVENTS_FILE, MOST_NOTES, EventLog
from odoo_etl.results import Counts, JobResult, RejectedRow, RunResult
from odoo_etl.text import keep_secret
from tests.published import check_folder

ROW = RejectedRow(7, "", ("secret cell",), "email", "map", "bad_email", "'x' is no address")
RESULT = RunResult("r1", "run", "now", elapsed_s=2.5, exit_code=3)


class Watch:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    """Stands at 0."""
    return Watch()


@pytest.fixture
def log(tmp_path, watch):
    """The events of a run that has begun."""
    made = EventLog(tmp_path, "run", pytest.fail, watch)
    made.run_started("r1", tmp_path)
    yield made
    made.close()


@pytest.fixture
def lines(tmp_path):
    """A function that reads what is in the file by now, which fits the schema."""

    def read():
        check_folder(tmp_path)
        return [json.loads(line) for line in (tmp_path / EVENTS_FILE).read_text("utf-8").splitlines()]

    return read


def kinds(lines):
    """The kinds of some lines."""
    return [line["event"] for line in lines]


def test_what_matters_is_in_the_file_at_once(log, lines, tmp_path):
    """A run that is killed has no time to write it."""
    log.job_started("partners", 12)
    log.note("main", "Odoo 19.0")
    assert [(line["event"], line.get("rows"), line.get("text")) for line in lines()] == [
        ("run_started", None, None),
        ("job_started", 12, None),
        ("note", None, "Odoo 19.0"),
    ]
    assert (tmp_path / EVENTS_FILE).stat().st_mode & 0o777 == FILE


def test_progress_is_written_once_a_second(log, lines, watch):
    """The latest counts, and rejects by field and code; no cell of any row."""
    for read in range(1, 1000):
        log.progressed("partners", Counts(read))
        log.rejected("partners", ROW)
    log.flush()
    assert kinds(lines()) == ["run_started"]
    watch.now = 1.0
    log.flush()
    log.flush()
    progress, rejected = lines()[1:]
    assert (progress["counts"]["read"], progress["at_s"]) == (999, 1.0)
    assert {name: rejected[name] for name in ("event", "job", "field", "code", "rows")} == {
        "event": "rejected",
        "job": "partners",
        "field": "email",
        "code": "bad_email",
        "rows": 999,
    }


def test_a_long_run_writes_less_and_less_often(log, lines, watch):
    """A line a second for a day would be 86,400."""
    for second in range(86_400):
        watch.now = float(second)
        log.progressed("partners", Counts(second))
        log.flush()
    assert 1500 < len(lines()) < 2500


def test_notes_come_to_an_end(log, lines):
    """A server that is away for a night makes thousands; that some are left out is said once."""
    for number in range(MOST_NOTES + 100):
        log.note("main", f"try {number}")
    assert len(lines()) == MOST_NOTES + 2
    assert lines()[-1]["text"] == "500 notes were written; further ones are left out"


def test_a_job_and_the_run_end_with_all_that_came_before(log, lines):
    """The last counts are no second late."""
    log.progressed("partners", Counts(3, created=2))
    log.job_finished(JobResult("partners", "res.partner", counts=Counts(3, created=3), error="why", exit_code=1))
    log.progressed("again", Counts(1))
    log.close(RESULT)
    assert kinds(lines()) == ["run_started", "progress", "job_finished", "progress", "run_finished"]
    assert lines()[-1]["exit_code"] == 3


def test_no_secret_and_no_endless_text(log, lines):
    """Whatever a server repeats; half a character is written, too."""
    keep_secret(["hunter22"])
    log.note("main", "password hunter22 \ud800")
    log.job_finished(replace(JobResult("j", "m"), error="x" * 10_000))
    note, ended = lines()[1:]
    assert (note["text"], len(ended["error"])) == ("password *** \ud800", 2001)


def test_a_file_that_cannot_be_written_is_said_once(tmp_path):
    """The run goes on without it."""
    said = []
    log = EventLog(tmp_path / "missing", "run", said.append)
    log.run_started("r1", tmp_path)
    log.note("main", "goes nowhere")
    log.close(RESULT)
    assert said == ["events.jsonl could not be written on: No such file or directory"]


def test_the_file_moves_on_without_further_events(tmp_path):
    """The last counts before a long silence are not kept back."""
    log = EventLog(tmp_path, "run", pytest.fail)
    log.run_started("r1", tmp_path)
    log.progressed("partners", Counts(5))
    log.ended.wait(1.4)
    found = (tmp_path / EVENTS_FILE).read_text("utf-8")
    log.close()
    assert '"read":5' in found
