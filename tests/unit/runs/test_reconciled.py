"""Comparing without writing: the job that tells each difference, and the exit code."""

from __future__ import annotations

import pytest

from odoo_etl.results import Counts, Expectation, JobResult, VanishedRecords
from odoo_etl.runs import history, reconcile, run
from odoo_etl.runs.reconciled import comparing, verdict
from tests.builders import job_spec


@pytest.mark.parametrize("mode", ["create", "update", "upsert", "mirror"])
def test_the_job_tells_each_difference(mode):
    """Its source may have lost all rows, and nothing is ever removed."""
    spec = comparing(job_spec({"ref": "ref"}, mode=mode))
    assert (spec.target.mode, spec.target.vanish.policy, spec.target.vanish.max_shrink) == ("mirror", "report", 100)


@pytest.mark.parametrize(
    ("code", "result", "wanted"),
    [
        (0, JobResult("j", "m", counts=Counts(read=2, unchanged=1, skipped=1)), 0),
        (0, JobResult("j", "m", counts=Counts(read=1, created=1)), 4),
        (0, JobResult("j", "m", counts=Counts(read=1, updated=1)), 4),
        (3, JobResult("j", "m", counts=Counts(read=1, rejected=1)), 4),
        (0, JobResult("j", "m", vanished=VanishedRecords("report", 1)), 4),
        (0, JobResult("j", "m", vanished=VanishedRecords(returned=1)), 4),
        (0, JobResult("j", "m", vanished=VanishedRecords("report", 0, returned=0)), 0),
        (0, JobResult("j", "m", expectations=(Expectation("odoo[0]", "sum", "error", "failed", "no"),)), 4),
        (0, JobResult("j", "m", expectations=(Expectation("odoo[0]", "sum", "warn", "failed", "no"),)), 0),
        (0, JobResult("j", "m", expectations=(Expectation("odoo[0]", "sum", "error", "met", "yes"),)), 0),
        (1, JobResult("j", "m", counts=Counts(read=1, created=1)), 1),
        (5, JobResult("j", "m"), 5),
    ],
)
def test_the_exit_code(code, result, wanted):
    """Of what could not be compared it is that of a run."""
    assert verdict(code, [JobResult("i", "m"), result]) == wanted


def test_a_program_compares(shop):
    """No run of it stands in the ledger; what it would reject is not equal."""
    before = reconcile(shop.root, "firms")
    assert (before.exit_code, before.command, before.jobs[0].counts.created) == (4, "reconcile", 1)
    run(shop.root)
    firms, people = reconcile(shop.root, ["firms"], show=1), reconcile(shop.root, "people")
    assert (firms.exit_code, firms.jobs[0].counts.unchanged) == (0, 1)
    assert (people.exit_code, people.jobs[0].counts.unchanged, people.jobs[0].counts.rejected) == (4, 1, 1)
    assert [one.command for one in history(shop.root)] == ["run"]
