"""The jobs of a run in their order, and what a failed one means for the others."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Interrupted
from odoo_etl.observers import NoObserver
from odoo_etl.runs.jobs.one_job import RunRequest
from odoo_etl.runs.jobs.schedule import run_jobs
from odoo_etl.runs.opening import open_state
from odoo_etl.so_far import JobsSoFar
from odoo_etl.stop import Stop
from tests.builders import Heard


class Hears(NoObserver):
    """Keeps how jobs ended, and which rows were rejected."""

    def __init__(self):
        self.ended, self.rejected_rows = [], []

    def rejected(self, job, row):
        self.rejected_rows.append((job, row.code))

    def job_finished(self, result):
        self.ended.append((result.job, result.status))


class Runs:
    """Runs of all jobs of a project, with its ledger."""

    def __init__(self, shop, ledger):
        self.shop, self.ledger, self.number = shop, ledger, 0

    def run(self, **request):
        """A run: its exit code, its results, and what was heard of it."""
        self.number += 1
        self.ledger.start_run(f"r{self.number}", "run", "")
        project, observer, so_far = self.shop.project, Hears(), JobsSoFar()
        jobs = [project.jobs[name] for name in ("firms", "people")]
        request = RunRequest(ledger=self.ledger, run_id=f"r{self.number}", rejects=Heard(), **request)
        code = run_jobs(project, jobs, observer, so_far, request)
        return code, so_far.results(), observer


@pytest.fixture
def runs(shop):
    """None of them yet."""
    with open_state(shop.project) as ledger:
        yield Runs(shop, ledger)


def test_jobs_run_one_after_the_other(runs):
    """What the first made, the second finds; what is rejected is heard of."""
    code, results, heard = runs.run()
    assert (code, [one.counts.created for one in results]) == (3, [1, 1])
    assert heard.ended == [("firms", "done"), ("people", "done")]
    assert heard.rejected_rows == [("people", "lookup_missing")]


def test_what_depends_on_a_failed_job_is_skipped(runs):
    """It says so in the result and in the ledger."""
    (runs.shop.root / "firms.csv").unlink()
    code, results, heard = runs.run()
    assert (code, [one.status for one in results]) == (1, ["failed", "skipped"])
    assert results[1].error == "skipped because firms did not end well"
    assert heard.ended == [("firms", "failed"), ("people", "skipped")]
    assert [one.status for one in runs.ledger.jobs("r1") if one.job == "people"] == ["skipped"]


def test_jobs_that_an_interrupted_run_did_not_come_to_are_named(runs):
    """Nobody takes them for done."""
    stop, so_far = Stop(), JobsSoFar()
    stop.request(15)
    runs.ledger.start_run("r9", "run", "")
    project = runs.shop.project
    request = RunRequest(ledger=runs.ledger, run_id="r9", rejects=Heard(), stop=stop)
    with pytest.raises(Interrupted):
        run_jobs(project, [project.jobs[name] for name in ("firms", "people")], Hears(), so_far, request)
    first, second = so_far.results()
    assert (first.status, first.error) == ("failed", "interrupted")
    assert (second.status, second.error) == ("skipped", "not attempted: the run was interrupted before")


def test_jobs_that_the_resumed_run_has_done_are_not_done_again(runs):
    """Their result is as it was, and the new run is known to have them."""
    runs.run()
    known = {(one.job, one.part): one for one in runs.ledger.jobs("r1") if not one.details.get("again")}
    (runs.shop.root / "firms.csv").unlink()
    code, results, heard = runs.run(resumed={("firms", ""): known["firms", ""]})
    assert (results[0].status, results[0].counts.created, results[0].notes) == ("done", 1, ("done in run r1",))
    assert (code, results[1].counts.unchanged, heard.ended[0]) == (3, 1, ("firms", "done"))
    assert [one.counts["created"] for one in runs.ledger.jobs("r2") if one.job == "firms"] == [1]
