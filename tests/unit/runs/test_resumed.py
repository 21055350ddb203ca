"""Which run is gone on with."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.runs.past import LAST
from odoo_etl.runs.resumed import begun_of, entry_of
from tests.unit.runs.conftest import ran


def test_the_last_run_that_was_not_refused(ledger):
    """However often others were refused since."""
    ran(ledger, "r1", 0)
    ran(ledger, "r2", None)
    for number in range(3, 60):
        ran(ledger, f"r{number}", 6, "resume" if number % 2 else "run", wrote=False)
    assert entry_of(ledger, LAST).id == "r2"
    with pytest.raises(UsageError, match="was refused"):
        entry_of(ledger, "r4")


@pytest.mark.parametrize(("code", "told"), [(0, "r2, ended well"), (3, "r2, ended well")])
def test_nothing_to_resume(ledger, code, told):
    """An older run that failed is not taken up behind one that ended well."""
    ran(ledger, "r1", 1)
    ran(ledger, "r2", code)
    ran(ledger, "r3", 6, wrote=False)
    with pytest.raises(UsageError, match=told):
        entry_of(ledger, LAST)


def test_a_second_look_at_a_job_is_not_gone_on_with(ledger):
    """It is no end of the job, whatever became of it."""
    ledger.start_run("r1", "run")
    done = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
    done.finish("done", {"created": 1})
    ledger.start_job("r1", "partners", "res.partner", "db", "other", {"again": True}).finish("failed", {})
    ledger.skip_job("r1", "orders", "sale.order", "why")
    ledger.finish_run("r1", 1)
    assert {name: entry.id for name, entry in begun_of(ledger, entry_of(ledger, LAST)).items()} == {
        ("partners", ""): done.id
    }


def test_only_refused_runs(ledger):
    """There is nothing that they could go on with."""
    ran(ledger, "r1", 6, wrote=False)
    with pytest.raises(UsageError, match="no run yet that was not refused"):
        entry_of(ledger, LAST)


def test_who_tried_to_go_on_in_vain_stands_for_the_run_before(ledger):
    """It has nothing that could be gone on with."""
    ran(ledger, "r1", 1)
    ran(ledger, "r2", 2, "resume", "r1", wrote=False)
    ran(ledger, "r3", 5, "resume", "r2", wrote=False)
    assert entry_of(ledger, LAST).id == entry_of(ledger, "r3").id == "r1"


def test_a_run_that_was_undone_is_not_gone_on_with(ledger):
    """Nor one that goes on with it; the undo of the undo brings both back."""
    ran(ledger, "r1", 1)
    ran(ledger, "r2", 1, "resume", "r1")
    ran(ledger, "u1", 0, "undo", "r1")
    for run in ("r1", "r2", LAST):
        with pytest.raises(UsageError, match="undone by run u1"):
            entry_of(ledger, run)
    ran(ledger, "u2", 1, "undo", "u1", wrote=False)
    with pytest.raises(UsageError, match="undone by run u1"):
        entry_of(ledger, "r1")
    ran(ledger, "u3", 130, "undo", "u1")
    assert entry_of(ledger, "r1").id == "r1"
