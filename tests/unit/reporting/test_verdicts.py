"""The verdict on a run, whatever became of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.reporting.verdicts import verdict
from odoo_etl.results import (
    Counts,
    Discrepancies,
    JobResult,
    LeftRecord,
    RunResult,
    UndoneRecords,
    VanishedRecords,
)

DONE = JobResult("partners", "res.partner", counts=Counts(3, created=3))
REJECTS = replace(DONE, counts=Counts(3, created=2, rejected=1), rejects_file="/x/rejects/partners.csv")
FAILED = replace(DONE, status="failed", error="why")
RUN = RunResult("r1", "run", "now", jobs=(DONE,))


def of(command="run", code=0, *jobs, environment=""):
    """A run."""
    return replace(RUN, command=command, exit_code=code, jobs=jobs or (DONE,), environment=environment)


def undo_plan(code=0, **of_job):
    """A plan of an undo."""
    return replace(of("undo", code, replace(DONE, **of_job)), only_planned=True)


@pytest.mark.parametrize(
    ("result", "tone", "word", "said"),
    [
        (of(), "good", "done", "every row is accounted for"),
        (replace(of(), jobs=()), "good", "nothing", "nothing to do"),
        (of("run", 3, REJECTS), "warn", "rejects", "1 row was rejected"),
        (
            of("run", 3, replace(DONE, discrepancies=Discrepancies(not_kept_values=2))),
            "warn",
            "not kept",
            "2 values were not kept by Odoo",
        ),
        (of("run", 1, DONE, FAILED), "bad", "failed", "1 of 2 jobs did not end well"),
        (of("run", 1, FAILED, REJECTS), "bad", "failed", "1 of 2"),
        (of("run", 2), "bad", "not begun", "not right"),
        (of("run", 4), "bad", "stopped", "limit"),
        (of("run", 5), "bad", "no access", "reached"),
        (of("run", 6), "bad", "busy", "another run"),
        (of("apply", 7), "bad", "stale", "stale"),
        (of("run", 130), "bad", "interrupted", "kept"),
        (of("undo", 143), "bad", "interrupted", "kept"),
        (of("plan", 0, JobResult("partners", "m")), "good", "no change", "Nothing"),
        (of("plan", 8), "plain", "pending", "write 3 rows"),
        (of("plan", 0, environment="prod"), "plain", "pending", "3 rows"),
        (
            of("plan", 0, JobResult("p", "m", vanished=VanishedRecords("archive", 2))),
            "plain",
            "pending",
            "vanished",
        ),
        (of("plan", 3, REJECTS), "warn", "rejects", "rejected"),
        (of("reconcile", 0), "good", "equal", "as the sources say"),
        (of("reconcile", 4), "warn", "differs", "differs"),
        (of("undo", 0, replace(DONE, undone=UndoneRecords(1))), "good", "undone", "taken back"),
        (
            of("undo", 0, replace(DONE, undone=UndoneRecords(left=(LeftRecord(1, "x", "y"),)))),
            "warn",
            "in part",
            "left alone",
        ),
        (
            of("undo", 3, replace(DONE, undone=UndoneRecords(left=(LeftRecord(1, "x", "y"),)))),
            "warn",
            "in part",
            "left alone",
        ),
        (of("run", 3), "warn", "in part", "refused something"),
        (replace(of("undo"), only_planned=True), "good", "no change", "Nothing would be taken back"),
        (undo_plan(planned={"update": 2}), "plain", "pending", "would take back 2 records"),
        (
            undo_plan(3, planned={"update": 1}, undone=UndoneRecords(left=(LeftRecord(1, "x", "y"),))),
            "plain",
            "pending",
            "1 record, and leave others alone",
        ),
    ],
)
def test_each_outcome_has_its_verdict(result, tone, word, said):
    """A tone, a word for a list, and a sentence for a head."""
    found = verdict(result)
    assert (found.tone, found.word) == (tone, word)
    assert said in found.sentence


def test_a_killed_run_goes_on():
    """It has no exit code that could be believed."""
    assert verdict(of(), killed=True).word == "killed"
