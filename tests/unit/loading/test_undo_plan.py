"""What undo makes of records that were touched while and after the run wrote them."""

from __future__ import annotations

import pytest

from odoo_etl.loading.undo.plan import UndoPlanner
from odoo_etl.loading.undo.traces import Trace
from tests.builders import partner_fields

FIELDS = partner_fields("name", "active")
AT_10, AT_1005, AT_1030 = "2024-01-01 10:00:00", "2024-01-01 10:05:00", "2024-01-01 10:30:00"


@pytest.mark.parametrize(
    ("name", "write_date", "left"),
    [
        ("A", AT_10, []),  # as the run left it
        ("A", AT_1005, []),  # touched by Odoo itself while the run went on
        ("B", AT_1005, ["changed since: name"]),  # changed by a person while the run went on
        ("B", AT_1030, ["changed since: name"]),  # in the second in which the run ended
        ("A", "2024-01-01 10:31:00", ["changed since, at 2024-01-01 10:31:00 UTC"]),
    ],
)
def test_a_new_record_that_somebody_changed_is_left_alone(name, write_date, left):
    """Also while the run was still at work on others."""
    planner = UndoPlanner("res.partner", FIELDS, AT_1030, AT_1030, delete=True)
    trace = Trace(created=True, after={"name": "A"}, stamp=AT_10)
    held = {"id": 7, "name": name, "active": True, "display_name": name, "write_date": write_date}
    plan = planner.plan({7: trace}, {7: held})
    assert [one.reason for one in plan.left] == left
    assert [one.id for one in plan.delete] == ([] if left else [7])
