"""Everything that is known of a run, whatever is left of it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.reporting.events import EVENTS_FILE, EventLog
from odoo_etl.results import Counts, JobResult
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.past import past_runs
from odoo_etl.runs.perform import perform
from odoo_etl.runs.shown import shown_run
from odoo_etl.runs.work import Request, Work
from tests.unit.runs.conftest import ran


@pytest.fixture
def its_ledger(shop):
    """The ledger of the project."""
    with open_state(shop.project) as ledger:
        yield ledger


def done(shop, command="run", code=0, **more):
    """A run that was performed."""
    return perform(Request(command, shop.use(), **more), lambda _: Work(lambda: code))


def folder_of(shop, run_id):
    """Its folder."""
    return shop.root / ".odoo_etl/runs" / run_id


def begun(shop, ledger, run_id="r1"):
    """A run that is on its way, with one job and some events; its log."""
    ran(ledger, run_id, None, wrote=False)
    ledger.start_job(run_id, "partners", "res.partner", "db", "spec", {"destination": None})
    folder = folder_of(shop, run_id)
    folder.mkdir(parents=True)
    log = EventLog(folder, "run", pytest.fail)
    log.run_started(run_id, folder)
    log.job_started("partners", 9)
    log.progressed("partners", Counts(9, created=4))
    log.job_finished(JobResult("tags", "m", "failed", error="broken"))
    return log


def test_a_run_that_left_all_of_its_files(shop):
    """By its id, its beginning, and as the last one."""
    result = done(shop, code=3)
    for name in (result.run_id, result.run_id[:-3], "last"):
        found = shown_run(shop.use(), name)
        assert (found.result.run_id, found.result.exit_code, found.missing) == (result.run_id, 3, "")
        assert {one.path for one in found.files} == {EVENTS_FILE, "report.html", "run_results.json"}
        assert (found.past.id, found.is_killed, found.is_running) == (result.run_id, False, False)


def test_a_run_that_lives_and_one_that_was_killed(shop, its_ledger):
    """It holds a lock on its events as long as it lives; what they say is known either way."""
    log = begun(shop, its_ledger)
    living = shown_run(shop.use(), "r1")
    assert (living.is_running, living.is_killed) == (True, False)
    assert past_runs(shop.use(), 1)[0].status == "running"
    log.close()
    killed = shown_run(shop.use(), "r1")
    assert (killed.is_running, killed.is_killed, killed.missing) == (False, True, "run_results.json is not there")
    assert past_runs(shop.use(), 1)[0].status == "killed"
    partners, tags = killed.result.jobs
    assert (partners.status, partners.counts.created, partners.error) == ("failed", 4, "nothing says how it ended")
    assert partners.counts == Counts(9, created=4, failed=5)
    assert (tags.job, tags.error) == ("tags", "broken")


def test_a_plan_of_an_undo_is_not_the_last_run(shop):
    """It wrote nothing, so nobody looks for it in the morning; its id finds it."""
    run = done(shop)
    planned = done(shop, "undo", plan_shown=10)
    assert planned.is_plan
    assert shown_run(shop.use(), "last").result.run_id == run.run_id
    assert shown_run(shop.use(), planned.run_id).result.only_planned


def test_a_run_of_another_machine(shop, its_ledger):
    """The ledger knows it, the folder is not here; nobody can see whether it lives."""
    ran(its_ledger, "r1", None)
    found = shown_run(shop.use(), "r1")
    assert (found.is_running, found.is_killed) == (True, False)
    assert found.missing == "the folder of the run is not on this machine"
    ran(its_ledger, "r2", 1, wrote=False)
    job = its_ledger.start_job("r2", "partners", "res.partner", "db", "spec", {})
    job.finish("done", {"read": 2, "created": 2, "lines": 1})
    (job,) = shown_run(shop.use(), "r2").result.jobs
    assert (job.status, job.counts) == ("done", Counts(2, created=2))


def test_a_purged_run(shop, its_ledger):
    """It says when; its folder is gone."""
    result = done(shop)
    shutil.rmtree(folder_of(shop, result.run_id))
    assert shown_run(shop.use(), result.run_id).purged_at is None
    its_ledger.purges.forget_run(result.run_id)
    assert shown_run(shop.use(), result.run_id).purged_at - datetime.now(UTC) < timedelta(minutes=1)


def test_the_last_run_may_have_ended_before_the_ledger_heard_of_it(shop):
    """A file that is not valid, say; a plan is no run, but has a name."""
    first = done(shop)
    plan = done(shop, "plan", plan_shown=1)
    assert shown_run(shop.use(), "last").result.run_id == first.run_id
    assert shown_run(shop.use(), plan.run_id).result.command == "plan"

    def broken(_):
        raise UsageError("no such job")

    failed = perform(Request("run", shop.use()), broken)
    found = shown_run(shop.use(), "last")
    assert (found.result.run_id, found.past, found.result.error) == (failed.run_id, None, "no such job")


def test_names_that_mean_no_run_or_several(shop):
    """Both are said."""
    with pytest.raises(UsageError, match=r"no run 'last'; the last ones: none"):
        shown_run(shop.use(), "last")
    for _ in range(2):
        done(shop, "plan", plan_shown=1)
    with pytest.raises(UsageError, match="several runs begin with '2'"):
        shown_run(shop.use(), "2")


def test_runs_of_some_jobs(shop, its_ledger):
    """By name or glob, newest first; each tells of those jobs, and of what followed it."""
    for run_id, job in (("r1", "partners"), ("r2", "tags"), ("r3", "partners")):
        ran(its_ledger, run_id, 0, parent="r1" if run_id == "r3" else "", wrote=False)
        its_ledger.start_job(run_id, job, "m", "db", "spec", {}).finish("done", {"read": 1})
    assert [run.id for run in past_runs(shop.use(), 5, ["part*"])] == ["r3", "r1"]
    assert past_runs(shop.use(), 1, ["tags"])[0].jobs[0].job == "tags"
    assert past_runs(shop.use(), 5)[2].followed_by == {"r3": "run"}
    with pytest.raises(UsageError, match="no run had a job 'nothing'; jobs: partners, tags"):
        past_runs(shop.use(), 5, ["nothing"])
