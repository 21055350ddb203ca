"""Opening the books: whom a run waits for."""

from __future__ import annotations

import pytest

from odoo_etl.state import JobPart
from odoo_etl.sync.session.books import Booking, open_books
from odoo_etl.sync.session.history import Past
from odoo_etl.sync.writing.settler import Settler
from tests.builders import job_spec
from tests.memory_odoo import MemoryOdoo

FIELDS = {"ref": "ref", "name": "name"}


class WaitedError(Exception):
    """In place of waiting."""


def opened(ledger, job, part):
    """The books of a part of a job; where it would wait, it raises."""

    def pause(_seconds):
        raise WaitedError

    spec, client = job_spec(FIELDS).model_copy(update={"job": job}), MemoryOdoo()
    booking = Booking(ledger, f"run {job} {part}", "db", Settler(pause), lambda _: None, job_part=JobPart("2.1", part))
    return open_books(spec, client, booking, Past(spec, client, ledger, booking.run_id, "db"), partial=True)


def test_parts_of_different_jobs_never_create_records_of_one_model_together(ledger):
    """Though their groups are known by the same; parts of one job do."""
    ledger.start_run("run", "run")
    with opened(ledger, "people", "1/2"):
        with opened(ledger, "people", "2/2"):
            pass
        with pytest.raises(WaitedError), opened(ledger, "contacts", "2/2"):
            pass
