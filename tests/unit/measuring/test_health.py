"""What a server knows of itself."""

from __future__ import annotations

import pytest

from odoo_etl.errors import StateError
from odoo_etl.measuring import Health, Problem
from odoo_etl.measuring.health import STALE_BEAT_S


@pytest.mark.parametrize(
    ("age", "problems"),
    [(0.0, ()), (STALE_BEAT_S, ()), (STALE_BEAT_S + 0.1, (Problem("scheduler"),)), (None, (Problem("scheduler"),))],
)
def test_a_scheduler_that_is_silent_is_a_problem(age, problems):
    """One that has never said anything, too."""
    assert Health(lambda: age).problems() == problems


def test_a_ledger_that_takes_nothing_is_a_problem():
    """It is written, not only read."""
    written = []
    assert Health(write=lambda: written.append(1)).problems() == ()
    assert written == [1]

    def refuse():
        raise StateError("read-only")

    assert Health(write=refuse).problems() == (Problem("ledger"),)
