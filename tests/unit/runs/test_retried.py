"""Which run's rejected rows are fed again."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.runs.past import LAST
from odoo_etl.runs.retried import entry_of
from tests.unit.runs.conftest import ran


def rejected(runs, run):
    """Leave a rejects file of a run."""
    (runs / run / "rejects").mkdir(parents=True)
    (runs / run / "rejects/partners.csv").touch()


def test_the_last_run_with_rejects(ledger, tmp_path):
    """Of those that the ledger knows: a plan is no run."""
    for run in ("r1", "r2", "r3"):
        ran(ledger, run, 3)
        (tmp_path / run).mkdir()
    assert entry_of(ledger, tmp_path, LAST) is None
    rejected(tmp_path, "r1")
    rejected(tmp_path, "r2")
    rejected(tmp_path, "r9")
    assert entry_of(ledger, tmp_path, LAST).id == "r2"
    assert entry_of(ledger, tmp_path, "r3").id == "r3"
    with pytest.raises(UsageError, match="there is no run 'r9'; the last ones with rejected rows: r2, r1"):
        entry_of(ledger, tmp_path, "r9")


@pytest.mark.parametrize("run", ["../other", "..", ".", "", "one/rejects", "/etc"])
def test_a_run_is_never_a_path(ledger, tmp_path, run):
    """Only what the ledger knows is a run, and only a folder by that very name is its own."""
    rejected(tmp_path, "runs/one")
    rejected(tmp_path, "other")
    ran(ledger, "one", 3)
    with pytest.raises(UsageError, match="there is no run"):
        entry_of(ledger, tmp_path / "runs", run)
    if run:
        ran(ledger, run, 3)
        with pytest.raises(UsageError, match="retry it where it ran"):
            entry_of(ledger, tmp_path / "runs", run)
    assert entry_of(ledger, tmp_path / "runs", LAST).id == "one"
