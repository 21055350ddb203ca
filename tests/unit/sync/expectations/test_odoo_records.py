"""Sums over records of Odoo, page by page."""

from __future__ import annotations

from decimal import Decimal

from odoo_etl.sync.expectations.odoo_records import PAGE, sum_of
from tests.memory_odoo import MemoryOdoo


def test_all_pages_are_added_up_exactly():
    """A tenth is no double, and ten of them are one."""
    odoo = MemoryOdoo()
    odoo.create("res.partner", [{"ref": "a", "name": "x", "partner_latitude": 0.1}] * (PAGE + 10))
    odoo.create("res.partner", [{"ref": "b", "name": "x", "partner_latitude": 5.0}])
    found = sum_of(odoo, "res.partner", [["ref", "=", "a"]], "partner_latitude", {})
    assert (found, odoo.calls["res.partner.search_read"]) == (Decimal(PAGE + 10) / 10, 3)


def test_a_page_that_is_short_is_not_the_last_one():
    """Some models take records that the user may not see out of what a search with a limit has found."""

    class Hiding(MemoryOdoo):
        """Leaves out the first record of each page."""

        def search_read(self, *args, **kwargs):
            return super().search_read(*args, **kwargs)[1:]

    odoo = Hiding()
    odoo.create("res.partner", [{"name": "x", "color": 1}] * (PAGE + 10))
    assert sum_of(odoo, "res.partner", [], "color", {}) == PAGE + 8


def test_no_record_is_nothing():
    """One call says so."""
    assert sum_of(MemoryOdoo(), "res.partner", [], "color", {}) == 0
