"""Measures are made of the ledger and of run folders."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from odoo_etl.measuring import Gathering, Waits
from odoo_etl.measuring.gathered import KEPT_FOLDERS, MOST_METHODS
from odoo_etl.reporting.events import Calls
from odoo_etl.reporting.run_folder import RunFolder, as_json
from odoo_etl.results import Counts, Discrepancies, JobResult, RunResult

EVENTS = [
    {"event": "calls", "job": "partners", "call": "res.partner.create", "calls": 2, "failed": 1, "seconds": 0.5},
    {"event": "calls", "job": "partners", "call": "res.country.create", "calls": 1, "failed": 0, "seconds": 0.25},
    {"event": "wait", "job": "partners", "reason": "server", "times": 2, "seconds": 3.0},
    {"event": "rejected", "job": "partners", "field": "color", "code": "bad_number", "rows": 2},
]


class World:
    """A ledger, and the folders of its runs."""

    def __init__(self, ledger, root):
        self.ledger, self.root, self.judged = ledger, root, []

    def gathering(self):
        """As a server has it."""
        return Gathering(self.root, {"odoo-etl": "1.0", "python": "3.13"}, self.judge)

    def judge(self, result):
        """An exit code, and how often it was asked for."""
        self.judged.append(result.job)
        return 3 if result.counts.rejected else 0

    def job(self, gathering=None, name="partners"):
        """The measures of a job."""
        (found,) = (gathering or self.gathering()).measures(self.ledger, [name]).jobs
        return found

    def ran(self, run="r1", *, status="done", code=0, counts=None, part="", stored=None):
        """A run of one job as the ledger knows it."""
        self.ledger.start_run(run, "run", "", {"environment": "test"})
        entry = self.ledger.start_job(run, "partners", "res.partner", "db", "spec", {})
        if status:
            entry.finish(status, counts or {}, stored)
        if code is not None:
            self.ledger.finish_run(run, code)

    def folder(self, run="r1", result=None, events=EVENTS):
        """What the run left on this machine."""
        folder = RunFolder(self.root, run)
        folder.make()
        (folder.path / "events.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in events))
        if result is not None:
            moment = datetime.now(UTC).isoformat()
            whole = RunResult(run, "run", moment, finished_at=moment, jobs=(result,))
            (folder.path / "run_results.json").write_text(json.dumps(as_json(whole), default=str))
        return folder.path


@pytest.fixture
def world(ledger, tmp_path):
    """Nothing was run yet."""
    return World(ledger, tmp_path)


def test_a_job_that_never_ran_has_no_measures(world):
    """There is nothing to say of it."""
    measures = world.gathering().measures(world.ledger, ["partners"])
    assert (measures.jobs, measures.runs) == ((), {})
    assert measures.versions == {"odoo-etl": "1.0", "python": "3.13"}
    assert measures.ledger_bytes > 0


def test_a_run_elsewhere_is_known_by_the_ledger_alone(world):
    """Rows, rejects by code, values that were not kept; not how long its calls took."""
    stored = {"reject_codes": {"bad_number": 2}, "discrepancies": {"not_kept_values": 4}}
    world.ran(counts={"read": 5, "created": 3, "rejected": 2}, stored=stored)
    job = world.job()
    assert (job.environment, job.exit_code, job.running) == ("test", 3, False)
    assert (job.rows["read"], job.rows["created"], job.rows["rejected"], job.rows["failed"]) == (5, 3, 2, 0)
    assert (job.rejects, job.not_kept, job.calls) == ({"bad_number": 2}, 4, {})
    assert job.started_at <= job.finished_at == job.succeeded_at
    assert job.duration_s == pytest.approx(job.finished_at - job.started_at, abs=1e-4)


def test_a_run_of_this_machine_says_more(world):
    """Its results have the job's own time and verdict, its events calls by method and waits."""
    world.ran(code=1)  # another job of the run failed
    result = JobResult(
        "partners",
        "res.partner",
        counts=Counts(read=5, created=3, rejected=2),
        reject_codes={"no_match": 2},
        discrepancies=Discrepancies(not_kept_values=1),
        elapsed_s=7.5,
    )
    world.folder(result=result)
    job = world.job()
    assert (job.exit_code, job.duration_s, job.rejects, job.not_kept) == (3, 7.5, {"no_match": 2}, 1)
    assert job.calls == {"create": Calls(3, 1, 0.75)}
    assert job.waits == {"server": Waits(2, 3.0)}


def test_a_failed_job_has_the_exit_code_of_its_run(world):
    """Where its folder is elsewhere."""
    world.ran(status="failed", code=5)
    job = world.job()
    assert (job.exit_code, job.succeeded_at) == (5, None)


def test_a_job_that_is_done_is_not_failed_by_another_one_of_its_run(world):
    """The ledger knows its own end."""
    world.ran(code=1, counts={"read": 1, "created": 1})
    assert world.job().exit_code == 0


def test_a_run_at_work_has_no_end_and_what_is_known_by_now(world):
    """A killed one has not ended either, and is at work no more."""
    world.ran(status="", code=None)
    progress = {"event": "progress", "job": "partners", "counts": {"read": 9, "created": 4}}
    with world.ledger.lock("partners", "db", "r1"):  # its folder is on another machine
        job = world.job()
    assert (job.running, job.finished_at, job.exit_code, job.duration_s) == (True, None, None, None)
    assert not world.job().running
    world.folder(events=[*EVENTS, progress])  # nobody holds its lock
    killed = world.job()
    assert (killed.running, killed.finished_at) == (False, None)
    assert (killed.rows["created"], killed.rejects) == (4, {"bad_number": 2})


def test_parts_add_up_where_nothing_says_more(world):
    """A scheduler runs each in a run of its own."""
    world.ledger.start_run("r1", "run", "", {})
    from odoo_etl.state import JobPart

    for part in ("1/2", "2/2"):
        entry = world.ledger.start_job("r1", "partners", "m", "db", "spec", {}, job_part=JobPart("2.1", part))
        entry.finish("done", {"read": 2, "created": 2})
    assert world.job().rows["created"] == 4


def test_the_methods_of_a_job_are_few(world):
    """Those that are called most; the others are one."""
    world.ran()
    one = {"event": "calls", "job": "partners", "failed": 0, "seconds": 1.0}
    most = [{**one, "call": f"m.method_{number}", "calls": 100 - number} for number in range(MOST_METHODS + 3)]
    world.folder(events=most)
    calls = world.job().calls
    assert len(calls) == MOST_METHODS + 1
    assert (calls["method_0"].calls, calls["other"].calls, calls["other"].seconds) == (100, 70 + 69 + 68, 3.0)


def test_the_folder_of_an_ended_run_is_read_once(world):
    """A server is asked every few seconds."""
    world.ran()
    path = world.folder(result=JobResult("partners", "res.partner", elapsed_s=1.0))
    gathering = world.gathering()
    assert world.job(gathering).duration_s == 1.0
    (path / "run_results.json").unlink()
    assert world.job(gathering).duration_s == 1.0


def test_few_folders_are_kept(world, monkeypatch):
    """Those that were asked for last."""
    monkeypatch.setattr("odoo_etl.measuring.gathered.KEPT_FOLDERS", 2)
    gathering = world.gathering()
    for number in range(4):
        world.ran(f"r{number}")
        world.folder(f"r{number}", result=JobResult("partners", "res.partner"))
        world.job(gathering)
    assert list(gathering._folders) == ["r2", "r3"]
    assert KEPT_FOLDERS >= 100
