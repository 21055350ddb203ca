"""The jobs of a run beside each other: those that change one another's records are looked at once more."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from odoo_etl.errors import TransientError
from odoo_etl.results import Destination
from odoo_etl.runs.jobs.one_job import OneJob, RunRequest
from odoo_etl.so_far import JobsSoFar
from odoo_etl.spec import Job, JobSpec
from tests.builders import Heard
from tests.memory_odoo import MemoryOdoo, raising

FIRM = {"column": "firm", "lookup": {"model": "res.partner", "by": "ref"}}


def one_address(_model, sent, record, table):
    """Odoo keeps one e-mail address for a firm and its contacts."""
    if "email" in sent:
        firm = table.get(record.get("parent_id") or 0)
        for other in table.values():
            if other is firm or (other.get("parent_id") and table[other["parent_id"]] is record):
                other["email"] = record["email"]


class Shop:
    """An Odoo, a ledger, and two jobs: firms, then their contacts."""

    def __init__(self, ledger, folder):
        self.ledger, self.odoo, self.runs = ledger, MemoryOdoo(keeps=one_address), 0
        self.odoo.db, self.looks = "db", True
        self.jobs = [self._job(folder, "firms", {}), self._job(folder, "contacts", {"parent_id": FIRM})]
        self.folder = folder
        self.write("firms", "ref,name,email\nf,F,f@x\ng,G,g@x\n")
        self.write("contacts", "ref,name,email,firm\nc,C,c@x,f\n")

    def run(self, resumed=None, **how):
        """A run of both; their results."""
        self.runs += 1
        so_far = JobsSoFar()
        destination = Destination("main", "memory", "db", "me", "Odoo 19.0")
        clients = SimpleNamespace(of=lambda _: self.odoo, destination_of=lambda _: destination)
        self.heard = Heard()
        request = RunRequest(
            ledger=self.ledger, run_id=f"r{self.runs}", resumed=resumed or {}, rejects=self.heard, **how
        )
        one = OneJob(
            SimpleNamespace(depends_on={}, environment="", root=Path.cwd()),
            self.jobs,
            clients,
            Heard(),
            so_far,
            request,
        )
        for job in self.jobs:
            entry = request.resumed.get((job.name, "")) if "looks" in how else None
            (one.done_before if entry and entry.status == "done" else one.run)(job)
        if self.looks:
            one.revisit()
        one.close()
        return so_far.results()

    def write(self, job, rows):
        """The file of a job."""
        (self.folder / f"{job}.csv").write_text(rows)

    def _job(self, folder, name, more):
        fields = {"ref": "ref", "name": "name", "email": "email", **more}
        source = {"type": "csv", "path": str(folder / f"{name}.csv")}
        target = {"model": "res.partner", "key": "ref"}
        load = {"breaker": 1, "retry": {"deadline": "1s"}}
        spec = {"version": 1, "job": name, "source": source, "target": target, "fields": fields, "load": load}
        return Job(JobSpec.model_validate(spec), Path(f"{name}.yaml"))


@pytest.fixture
def shop(ledger, tmp_path):
    """Nothing is loaded yet."""
    return Shop(ledger, tmp_path)


def told(results):
    """The values that each job says were not kept, and how many errors there were."""
    return [[(one.key, one.sent, one.kept) for one in each.discrepancies.not_kept] for each in results], [
        each.error for each in results if each.error
    ]


def test_jobs_that_take_a_value_from_each_other_say_so_at_once(shop):
    """The later one wins for good; no later run writes anything."""
    for _ in range(3):
        assert told(shop.run()) == ([[("f", "f@x", "c@x")], []], [])
    before = shop.odoo.writes()
    shop.run()
    assert shop.odoo.writes() == before


def test_what_a_later_job_puts_right_is_not_told(shop):
    """The contact's row wants the address of its firm by now."""
    shop.run()
    shop.write("contacts", "ref,name,email,firm\nc,C,f@x,f\n")
    assert told(shop.run()) == ([[], []], [])


def test_a_full_refresh_says_so_too(shop):
    """It tries once more, and not in turns."""
    shop.run()
    assert told(shop.run(full_refresh=True)) == ([[("f", "f@x", "c@x")], []], [])


def test_a_job_that_was_gone_on_with_is_looked_at_again(shop):
    """The second look goes on with nothing."""
    shop.odoo.before = raising(TransientError("away"), "res.partner.create", at=2)
    assert shop.run()[0].status == "failed"
    shop.odoo.before = lambda *_: None
    resumed = {(one.job, one.part): one for one in shop.ledger.jobs("r1")}
    assert told(shop.run(resumed)) == ([[("f", "f@x", "c@x")], []], [])
    assert [one.details.get("again", False) for one in shop.ledger.jobs("r2")][:2] == [False, False]
    assert all(one.details["again"] for one in shop.ledger.jobs("r2")[2:])
