"""What measures ask of the ledger: the last run of each job, runs by how they ended, the size of the store."""

from __future__ import annotations

import pytest

from odoo_etl.state import Slot


@pytest.fixture
def ran(ledger):
    """Makes a run with one job."""

    def make(run, *, job="partners", database="db", status="done", code=0, command="run", environment="", **details):
        ledger.start_run(run, command, "", {"environment": environment})
        entry = ledger.start_job(run, job, "res.partner", database, "spec", details)
        if status:
            entry.finish(status, {"read": 1, "created": 1})
        if code is not None:
            ledger.finish_run(run, code)

    return make


def last(ledger, *names):
    """Job to the run that was the last one of it, and whether it ever succeeded."""
    return [(one.job, one.run.id, one.succeeded_at is not None) for one in ledger.tallies.last_runs(names)]


def test_the_last_run_of_each_job_the_newest_last(ledger, ran):
    """However many there were; jobs that nobody asks for are left out."""
    ran("r1")
    ran("r2", job="orders")
    ran("r3", status="failed", code=1)
    ran("r4", job="other")
    assert last(ledger, "partners", "orders", "new") == [("orders", "r2", True), ("partners", "r3", True)]
    assert last(ledger) == []


def test_each_database_has_its_own(ledger, ran):
    """A job may write to several, one for each environment."""
    ran("r1", environment="dev")
    ran("r2", database="other", environment="production", status="failed", code=1)
    found = ledger.tallies.last_runs(["partners"])
    assert [(one.run.id, one.run.arguments["environment"]) for one in found] == [("r1", "dev"), ("r2", "production")]


@pytest.mark.parametrize("few", [0, 1, 2, 100])
def test_a_job_that_ran_long_ago_is_found_all_the_same(ledger, ran, monkeypatch, few):
    """Few of the last entries are looked at first: for a run, and for a success, of whichever database."""
    monkeypatch.setattr("odoo_etl.state.tallies.LAST_ENTRIES", few)
    ran("r1", job="orders")
    ran("r2", database="other")
    ran("r3")
    for number in range(4, 7):
        ran(f"r{number}", status="failed", code=1)
    found = last(ledger, "partners", "orders", "new")
    assert found == [("orders", "r1", True), ("partners", "r2", True), ("partners", "r6", True)]


def test_an_undo_is_no_run_of_a_job(ledger, ran):
    """What was undone ran before."""
    ran("r1")
    ran("r2", command="undo")
    assert last(ledger, "partners") == [("partners", "r1", True)]


@pytest.mark.parametrize("wrong", [{"status": "failed"}, {"status": ""}, {"partial": True}, {"code": None}])
def test_a_success_is_of_the_whole_job_and_has_ended(ledger, ran, wrong):
    """A run of its first rows is none."""
    ran("r1", **wrong)
    assert last(ledger, "partners") == [("partners", "r1", False)]


def test_parts_and_second_looks_are_among_the_entries(ledger, ran):
    """And no entry of another job of the run."""
    ran("r1", code=None)
    for name in ("partners", "orders"):
        ledger.start_job("r1", name, "res.partner", "db", "spec", {"again": True})
    (found,) = ledger.tallies.last_runs(["partners"])
    assert [(one.job, one.details) for one in found.entries] == [("partners", {}), ("partners", {"again": True})]


def test_runs_are_counted_by_how_they_ended(ledger, ran):
    """Not those that have not."""
    for number, code in enumerate((0, 0, 3, None)):
        ran(f"r{number}", code=code)
    ran("r9", command="undo", code=1)
    assert ledger.tallies.runs() == {("run", 0): 2, ("run", 3): 1, ("undo", 1): 1}


def slot(due, state, **known):
    """A slot of a schedule."""
    return Slot("nightly", due, "time", state, due, **known)


def test_slots_are_counted_by_what_became_of_them(ledger):
    """Each missed time; of its environment alone."""
    slots, codes = ledger.slots("test"), (0, 3, 1)
    slots.add(*(slot(float(at), "ended", exit_code=code) for at, code in enumerate(codes)))
    slots.add(slot(7.0, "missed", times=4), slot(8.0, "running"))
    ledger.slots("other").add(slot(1.0, "missed"))
    counted = {("nightly", "done"): 2, ("nightly", "failed"): 1, ("nightly", "missed"): 4}
    assert ledger.tallies.slots("test") == counted
    assert ledger.tallies.slots("none") == {}


def test_the_store_takes_room(ledger, ran):
    """More with what is in it."""
    before = ledger.tallies.size_bytes()
    for number in range(300):
        ran(f"r{number}")
    assert 0 < before < ledger.tallies.size_bytes()
