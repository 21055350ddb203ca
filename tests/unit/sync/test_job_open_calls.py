"""A job first finds out what became of the calls of runs that died."""

from __future__ import annotations

import pytest

from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.session.books import Booking
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.memory_odoo import MemoryOdoo


def run(ledger, odoo, name, *rows):
    """The result of a run of the job."""
    spec, so_far = job_spec({"ref": "ref", "name": "name"}), JobSoFar.begun("partners", "res.partner")
    ledger.start_run(name, "run")
    booking = Booking(ledger, name, "db", PATIENT, lambda _: None)
    request = JobRequest(None, booking, AllRows(ListSource(["ref", "name"], rows)), PATIENT, rejects=Heard())
    return run_job(spec, odoo, Heard(), so_far, request)


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_the_result_tells_how_many_calls_were_settled(ledger, calls):
    """Those of earlier runs; their records are found, not made again."""
    odoo = MemoryOdoo()
    assert run(ledger, odoo, "r0").settled == 0
    database = ledger.jobs("r0")[0].database
    dead = ledger.start_job("r0", "partners", "res.partner", database, "spec")
    for number in range(calls):
        dead.sent(0, "create", keys=[{"ref": str(number)}], after=[{"ref": str(number), "name": "A"}])
        odoo.add("res.partner", {"ref": str(number), "name": "A"})
    result = run(ledger, odoo, "r1", ("0", "A"), ("1", "A"))
    assert ledger.open_calls("res.partner", database) == []
    assert (result.settled, result.counts.created, result.counts.unchanged) == (calls, 2 - calls, calls)
