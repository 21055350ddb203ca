"""Opening the books: whom a run waits for."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Busy
from odoo_etl.state import JobPart
from odoo_etl.sync.session.books import Booking, open_books
from odoo_etl.sync.session.history import Past, database_mark
from odoo_etl.sync.writing.settler import Settler
from tests.builders import PATIENT, job_spec
from tests.memory_odoo import MemoryOdoo

FIELDS = {"ref": "ref", "name": "name"}


class WaitedError(Exception):
    """In place of waiting."""


def pause(_seconds):
    """Raise."""
    raise WaitedError


def opened(ledger, job, part):
    """The books of a part of a job; where it would wait, it raises."""
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


def creating(ledger, model, other):
    """The books of a job on a model whose lookups create records of another one; where it would wait, it raises."""
    fields = {"name": "name", "other_id": {"column": "other", "lookup": {"model": other, "by": "name"}}}
    fields["other_id"]["lookup"]["on_missing"] = "create"
    spec = job_spec(fields, model=model, key="name").model_copy(update={"job": model})
    waits, client = [], MemoryOdoo()
    booking = Booking(ledger, f"run {model}", "db", Settler(pause, tell=waits.append), lambda _: None)
    past = Past(spec, client, ledger, booking.run_id, "db")
    return open_books(spec, client, booking, past, partial=True), waits


def is_free(ledger, resource):
    """Whether the lock can be had."""
    try:
        with ledger.lock(resource, database_mark(MemoryOdoo(), "db"), "other"):
            return True
    except Busy:
        return False


def test_jobs_that_create_records_for_one_another_take_their_locks_in_one_order(ledger):
    """So that who waits holds none, and is told for whom."""
    ledger.start_run("run", "run")
    first, _ = creating(ledger, "res.country", "res.partner")
    second, waits = creating(ledger, "res.partner", "res.country")
    with first as books:
        with pytest.raises(WaitedError), second:
            pass
        (wait,) = waits
        assert wait.reason == "lock"
        assert wait.text.startswith("waiting for create:res.country: run run res.country ")
        assert not is_free(ledger, "create:res.partner")
        books.supplied()
        assert [is_free(ledger, f"create:{model}") for model in ("res.country", "res.partner")] == [False, True]


def test_a_job_for_lookups_creates_under_the_lock_of_the_one_that_lacks_them(ledger):
    """One at a time, since the parts of that job share the lock."""
    ledger.start_run("run", "run")
    with creating(ledger, "res.country", "res.partner")[0]:
        spec, client = job_spec(FIELDS), MemoryOdoo()
        booking = Booking(ledger, "run res.country", "db", PATIENT, lambda _: None, made_for="res.country")
        books = open_books(spec, client, booking, Past(spec, client, ledger, "r", "db"), partial=True)
        with books:
            assert not is_free(ledger, "supply:res.partner")
