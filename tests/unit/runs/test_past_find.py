"""A run by its id, or by the beginning of it."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.runs.past import by_name
from tests.unit.runs.conftest import ran


@pytest.fixture
def runs(ledger):
    """A ledger that knows three runs."""
    for run in ("20260101T0-aa", "20260101T0-ab", "20260102T0"):
        ran(ledger, run, 0)
    return ledger


@pytest.mark.parametrize("name", ["20260101T0-aa", "20260102", "20260102T0"])
def test_a_run_is_known_by_its_id_and_by_its_beginning(runs, name):
    """As far as no other one begins so."""
    assert by_name(runs, name).id.startswith(name)


def test_an_id_is_itself_also_where_others_begin_so(runs):
    """It is not ambiguous."""
    ran(runs, "20260101T0", 0)
    assert by_name(runs, "20260101T0").id == "20260101T0"


def test_a_beginning_of_several_runs_names_them(runs):
    """Nobody guesses."""
    with pytest.raises(UsageError, match="several runs begin with '20260101': 20260101T0-ab, 20260101T0-aa; say more"):
        by_name(runs, "20260101")


@pytest.mark.parametrize("name", ["", "%", "2026_", "x", "0260101T0-aa"])
def test_no_run(runs, name):
    """Nothing is the beginning of none; what databases take for any letter is a letter."""
    assert by_name(runs, name) is None
