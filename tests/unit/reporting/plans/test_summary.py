"""The outcome of a plan in a few lines."""

from __future__ import annotations

from odoo_etl.reporting.changed_fields import changed_line, fields_line
from odoo_etl.reporting.plans.summary import more_line, planned_line
from odoo_etl.results import Counts, JobResult

ORDERS = JobResult(
    "orders",
    "sale.order",
    counts=Counts(1002, created=12, updated=5, unchanged=983, rejected=2),
    planned={"create": 12, "update": 5, "archive": 3},
    changed_fields={"name": 12, "email": 8},
    filled_fields={"email": 2},
    emptied_fields={"email": 1},
)


def test_a_plan_in_one_line():
    """Of one job or of all; skipped ones count for nothing."""
    told = "12 to create, 5 to update (20 fields), 3 to archive, 983 unchanged, 2 rejected"
    assert planned_line([ORDERS]) == told
    assert planned_line([ORDERS, JobResult("b", "m", "skipped")]) == told
    assert planned_line([ORDERS, ORDERS]).startswith("24 to create, 10 to update (40 fields), 6 to archive")
    assert planned_line([]) == "nothing to do"
    one = JobResult("b", "m", counts=Counts(1, updated=1), changed_fields={"name": 1})
    assert planned_line([one]) == "1 to update (1 field)"


def test_fields_that_a_run_changed_have_room_in_80_columns():
    """As many as fit; one at least, however long it is called."""
    assert list(changed_line(ORDERS)) == ["  fields changed: name in 12, email in 8"]
    (many,) = changed_line(JobResult("b", "m", changed_fields={f"field_number_{n}": 1 for n in range(13)}))
    assert many.endswith(" and 11 more")
    assert len(many) <= 80
    (one,) = changed_line(JobResult("b", "m", changed_fields={"x" * 90: 1, "y": 1}))
    assert one.endswith("x in 1 and 1 more")
    assert list(changed_line(JobResult("b", "m"))) == []


def test_fields_that_change_most_come_first():
    """With how many were or become empty."""
    (told,) = fields_line(ORDERS)
    assert told == "  fields that change: name in 12, email in 8 (2 from empty, 1 to empty)"
    many = JobResult("b", "m", changed_fields={f"f{number}": 1 for number in range(13)})
    assert next(fields_line(many)).endswith("f5 in 1 and 7 more")
    assert list(fields_line(JobResult("b", "m"))) == []


def test_what_is_not_shown_is_counted():
    """Nothing where everything is."""
    assert list(more_line(0)) == []
    assert list(more_line(1)) == ["  … 1 more change"]
    assert list(more_line(1234)) == ["  … 1,234 more changes"]
