"""Everything of a run as text."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from odoo_etl.reporting.events import Calls, Events, JobEvents
from odoo_etl.reporting.past.shown import Story, shown_lines
from odoo_etl.results import Counts, JobResult, RunResult, UsedFile

JOB = JobResult(
    "partners",
    "res.partner",
    counts=Counts(10, created=9, rejected=1),
    reject_codes={"bad_email": 1},
    rejects_file="/x/rejects/partners.csv",
    settled=1,
    server="19.0",
    elapsed_s=8.0,
)
RUN = RunResult(
    "r1",
    "run",
    "2026-11-29T06:27:39+00:00",
    elapsed_s=9.0,
    exit_code=3,
    notes=("a note",),
    jobs=(JOB, replace(JOB, job="tags")),
    versions={"odoo-etl": "1.0"},
    files=(
        UsedFile("partners", "source", "data/p.csv", 1234, "now", "ab" * 32),
        UsedFile("tags", "job", "t", 1, "now", ""),
    ),
)
EVENTS = Events(
    jobs={
        "partners": JobEvents(
            phases=[(0.0, "source"), (2.0, "rows")],
            calls={"res.partner.create": Calls(4, 1, 3.0)},
            odoo_s=3.0,
            waits=Counter(server=2),
        )
    }
)


def text(result=RUN, jobs=(), **story):
    """The text, in which runs of spaces are one."""
    return "\n".join(" ".join(line.split()) for line in shown_lines(result, Story(**story), jobs))


def test_all_there_is_to_tell():
    """Head, jobs, times, calls, waits, versions, files, and the next command."""
    said = text(events=EVENTS, folder=Path("/x"), files=[("report.html", 12_345)], followed_by={"r2": "retry"})
    for expected in (
        "run r1: Done, but 2 rows were rejected",
        "took 9.0 s, exit code 3",
        "retried by r2",
        "a note",
        "partners → res.partner: 10 rows: 9 created, 1 rejected",
        "partners 8.0 s 2.0 s 3.0 s 0.0 s 3.0 s",
        "waited 2 times for a server that was away or busy: 0.0 s",
        "2 calls without an answer settled",
        "res.partner.create 4 1 3.0 s 750 ms",
        "made by odoo-etl 1.0, Odoo 19.0",
        "data/p.csv: 1.2 kB, sha256 abababababababab…",
        "t: 1 bytes, not hashed",
        "report.html: 12.3 kB",
        "next: odoo-etl retry r1",
    ):
        assert expected in said, said


def test_some_jobs():
    """Of the others nothing is told."""
    said = text(jobs=("tags",))
    assert "tags → res.partner" in said
    assert "partners → res.partner" not in said
    assert "p.csv" not in said


def test_a_killed_run():
    """How far it came is all there is."""
    said = text(is_killed=True, missing="run_results.json is not there")
    assert "It was killed" in said
    assert "until it was last heard of" in said
    assert "next: odoo-etl resume r1" in said
    assert "what the ledger knows" not in said


def test_a_run_that_still_goes_on():
    """Or that is on another machine: nothing is to be done."""
    said = text(is_running=True)
    assert "It is running, or was killed on another machine" in said
    assert "next:" not in said


def test_a_run_of_another_machine():
    """Its folder is missing, which is said."""
    said = text(missing="the folder of the run is not on this machine", folder=Path("/y"))
    assert "the folder of the run is not on this machine: this is what the ledger knows" in said
    assert "no files: /y is not there" in said


def test_a_purged_run_names_no_next_command():
    """What it would take is gone."""
    said = text(purged_at=datetime(2026, 11, 30, tzinfo=UTC))
    assert "what it replaced and rejected is not known any more" in said
    assert "next:" not in said


def test_what_was_gone_on_with_is_not_gone_on_with_again():
    """Nor is what was undone."""
    for command in ("resume", "undo"):
        assert "next:" not in text(replace(RUN, exit_code=1), followed_by={"r2": command})


def test_a_comparison_has_its_own_words():
    """As the command itself."""
    assert "partners ↔ res.partner: 10 rows: 9 missing in Odoo" in text(replace(RUN, command="reconcile", exit_code=4))
