"""Whether a field tells all records of a model apart."""

from __future__ import annotations

import pytest

from odoo_etl.exporting import are_distinct
from odoo_etl.exporting.relations import PAGE


class Records:
    """Records with these values, from id 1 on."""

    def __init__(self, values):
        self.rows, self.calls = [{"id": number, "ref": value} for number, value in enumerate(values, 1)], 0

    def search_read(self, _model, domain, fields, *, limit, order, context):
        self.calls += 1
        assert (fields, order, context, domain[1]) == (["ref"], "id", {"active_test": False}, ["ref", "!=", False])
        return [row for row in self.rows if row["id"] > domain[0][2] and row["ref"] is not False][:limit]


@pytest.mark.parametrize(
    ("values", "distinct", "calls"),
    [
        ([], True, 1),
        (["a", "b", False, False], True, 1),
        (["a", "b", "a"], False, 1),
        ([*map(str, range(PAGE)), "x"], True, 2),
        ([*map(str, range(PAGE)), "0"], False, 2),
        (["a", "a", *map(str, range(2 * PAGE))], False, 1),
    ],
)
def test_values_that_stand_twice(values, distinct, calls):
    """All pages are looked at, as far as need be; what is empty says nothing."""
    records = Records(values)
    assert (are_distinct(records, "res.partner", "ref"), records.calls) == (distinct, calls)
