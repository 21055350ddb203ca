"""Past runs as the ledger knows them."""

from __future__ import annotations

import traceback

import pytest

from odoo_etl.errors import StateError
from odoo_etl.runs import use_cases
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.past import PastJob, past_runs
from tests.unit.runs.conftest import ran


@pytest.fixture
def its_ledger(shop):
    """The ledger of the project."""
    with open_state(shop.project) as ledger:
        yield ledger


@pytest.mark.parametrize(
    ("code", "status"), [(None, "running"), (0, "done"), (3, "done"), (1, "failed"), (130, "interrupted")]
)
def test_how_a_run_ended(shop, its_ledger, code, status):
    """A run that was killed had no time to say so."""
    ran(its_ledger, "r1", code)
    (run,) = past_runs(shop.use(), 5)
    assert (run.id, run.command, run.status, run.exit_code) == ("r1", "run", status, code)


def test_the_newest_come_first(shop, its_ledger):
    """And no more than were asked for."""
    for number in range(3):
        ran(its_ledger, f"r{number}", 0, parent="r0" if number else "")
    assert [(run.id, run.parent) for run in past_runs(shop.use(), 2)] == [("r2", "r0"), ("r1", "r0")]


def test_counts_and_second_looks(shop, its_ledger):
    """Counts of 0 are left out; a second look is no job of its own."""
    its_ledger.start_run("r1", "run", "")
    for details in ({}, {"again": True}):
        job = its_ledger.start_job("r1", "firms", "res.partner", "db", "spec", details)
        job.finish("done", {"read": 2, "created": 2, "updated": 0})
    (run,) = past_runs(shop.use(), 1)
    assert run.jobs == (PastJob("firms", "res.partner", "", "done", {"read": 2, "created": 2}),)


def test_a_run_that_ended_before_the_ledger_heard_of_it_is_there(shop, its_ledger):
    """With why it ended; a plan is no run, and one that goes on has no end yet."""
    shop.write("pipelines/firms.yaml", "job: [")
    refused = use_cases.run(shop.use())
    use_cases.plan(shop.use())
    (run,) = past_runs(shop.use(), 5)
    assert (run.id, run.command, run.status, run.exit_code, run.jobs) == (refused.run_id, "run", "failed", 2, ())
    assert "firms.yaml" in run.error
    ran(its_ledger, "99990101T000000-0", 0)
    assert [one.id for one in past_runs(shop.use(), 5)] == ["99990101T000000-0", refused.run_id]
    assert [one.id for one in past_runs(shop.use(), 1)] == ["99990101T000000-0"]


def test_a_run_that_chose_no_job_says_why(shop):
    """The ledger knows it, and its folder the reason."""
    use_cases.run(shop.use(), "nobody")
    (run,) = past_runs(shop.use(), 5)
    assert (run.exit_code, run.jobs) == (2, ())
    assert "nobody" in run.error


def test_jobs_need_not_be_valid(shop, its_ledger):
    """What happened stays to be read."""
    ran(its_ledger, "r1", 0)
    shop.write("pipelines/firms.yaml", "job: [")
    assert len(past_runs(shop.use(), 1)) == 1


def test_an_error_of_the_store_tells_no_password(shop):
    """Neither its message nor the errors behind it."""
    url = "postgresql+psycopg://me:hush-hush@127.0.0.1:9/db"
    shop.write("pipelines/project.yaml", f"state: {{url: '{url}'}}\n")
    with pytest.raises(StateError) as caught:
        past_runs(shop.use(), 1)
    assert "hush" not in "".join(traceback.format_exception(caught.value))
