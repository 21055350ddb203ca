"""A rejected row is kept before anybody hears of it."""

from __future__ import annotations

import pytest

from odoo_etl.results import RejectedRow
from odoo_etl.runs.jobs.schedule import Announced
from tests.builders import Heard

ROW = RejectedRow(7, "", ("a", "b"), "name", "map", "required", "needs a value")


class Deaf(Heard):
    """An observer that fails when it hears of a row."""

    def rejected(self, job, row):
        """Fail."""
        raise RuntimeError


def test_an_observer_that_is_lost_loses_no_row():
    """The row is where it belongs."""
    kept = Heard()
    with pytest.raises(RuntimeError):
        Announced(kept, Deaf()).keep("j", ROW)
    assert kept.rejects == [ROW]
