"""The verdict on a run and what to do next, whatever became of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.reporting.verdicts import next_steps, verdict
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


def commands(result, **how):
    """The commands that are named next."""
    return [step.command for step in next_steps(result, **how)]


@pytest.mark.parametrize(
    ("result", "tone", "word", "said", "then"),
    [
        (of(), "good", "done", "every row is accounted for", []),
        (replace(of(), jobs=()), "good", "nothing", "nothing to do", []),
        (of("run", 3, REJECTS), "warn", "rejects", "1 row was rejected", ["odoo-etl retry r1"]),
        (
            of("run", 3, replace(DONE, discrepancies=Discrepancies(not_kept_values=2))),
            "warn",
            "not kept",
            "2 values were not kept by Odoo",
            [],
        ),
        (of("run", 1, DONE, FAILED), "bad", "failed", "1 of 2 jobs did not end well", ["odoo-etl resume r1"]),
        (of("run", 1, FAILED, REJECTS), "bad", "failed", "1 of 2", ["odoo-etl resume r1", "odoo-etl retry r1"]),
        (of("run", 2), "bad", "not begun", "not right", ["odoo-etl validate"]),
        (of("run", 4), "bad", "stopped", "limit", []),
        (of("run", 5), "bad", "no access", "reached", ["odoo-etl doctor"]),
        (of("run", 6), "bad", "busy", "another run", ["odoo-etl history"]),
        (of("apply", 7), "bad", "stale", "stale", []),
        (of("run", 130), "bad", "interrupted", "kept", ["odoo-etl resume r1"]),
        (of("undo", 143), "bad", "interrupted", "kept", []),
        (of("plan", 0, JobResult("partners", "m")), "good", "no change", "Nothing", []),
        (of("plan", 8), "plain", "pending", "write 3 rows", ["odoo-etl run partners"]),
        (of("plan", 0, environment="prod"), "plain", "pending", "3 rows", ["odoo-etl run --env prod partners"]),
        (
            of("plan", 0, JobResult("p", "m", vanished=VanishedRecords("archive", 2))),
            "plain",
            "pending",
            "vanished",
            ["odoo-etl run p"],
        ),
        (of("plan", 3, REJECTS), "warn", "rejects", "rejected", ["/x/rejects/partners.csv", "odoo-etl run partners"]),
        (of("reconcile", 0), "good", "equal", "as the sources say", []),
        (of("reconcile", 4), "warn", "differs", "differs", []),
        (of("undo", 0, replace(DONE, undone=UndoneRecords(1))), "good", "undone", "taken back", []),
        (
            of("undo", 0, replace(DONE, undone=UndoneRecords(left=(LeftRecord(1, "x", "y"),)))),
            "warn",
            "in part",
            "left alone",
            [],
        ),
    ],
)
def test_each_outcome_has_its_verdict(result, tone, word, said, then):
    """A tone, a word for a list, a sentence for a head, and the next commands."""
    found = verdict(result)
    assert (found.tone, found.word, commands(result)) == (tone, word, then)
    assert said in found.sentence


def test_a_killed_run_goes_on():
    """It has no exit code that could be believed."""
    assert verdict(of(), killed=True).word == "killed"
    assert commands(of(), killed=True) == ["odoo-etl resume r1"]
