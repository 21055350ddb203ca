"""Which run is taken back."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.runs.past import LAST
from odoo_etl.runs.undone import entry_of
from tests.unit.runs.conftest import ran


def test_the_last_run_is_never_an_undo_nor_one_that_was_refused(ledger):
    """So `last`, said twice, takes nothing more back."""
    ran(ledger, "r1", 0)
    ran(ledger, "r2", 1, "retry")
    ran(ledger, "r3", 6, wrote=False)
    ran(ledger, "u1", 0, "undo", "r2")
    assert entry_of(ledger, LAST).id == "r2"


def test_any_run_is_taken_back_by_its_name(ledger):
    """An undo as well."""
    ran(ledger, "r1", 0)
    ran(ledger, "u1", 0, "undo", "r1")
    assert entry_of(ledger, "u").id == "u1"


@pytest.mark.parametrize("run", ["../../etc", LAST])
def test_there_is_no_such_run(ledger, run):
    """The last ones are named."""
    with pytest.raises(UsageError, match=f"there is no run '{run}'; the last ones: none"):
        entry_of(ledger, run)
