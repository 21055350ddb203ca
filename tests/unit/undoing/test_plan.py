"""What undo makes of records that were touched while and after the run wrote them."""

from __future__ import annotations

import pytest

from odoo_etl.planning import Dependents, RecordRules
from odoo_etl.state import CallEntry, WritesSince
from odoo_etl.undoing.plan import Since, UndoPlanner
from odoo_etl.undoing.traces import Trace, traces
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
    planner = UndoPlanner(RecordRules(FIELDS), lambda: Dependents({}), Since(AT_1030, AT_1030), delete=True)
    trace = Trace(created=True, after={"name": "A"}, stamp=AT_10)
    existing = {"id": 7, "name": name, "active": True, "display_name": name, "write_date": write_date}
    plan = planner.plan({7: trace}, {7: existing})
    assert [one.reason for one in plan.left] == left
    assert [one.id for one in plan.delete] == ([] if left else [7])


LATER = WritesSince({8: "r2"}, frozenset({"2024-01-02 09:00:00"}))


@pytest.mark.parametrize(
    ("record_id", "user", "write_date", "left"),
    [
        (7, 2, "2024-01-02 09:00:00", []),  # Odoo wrote it together with another record, in a later run of ours
        (7, [2, "Robot"], "2024-01-02 09:00:00", []),
        (7, 3, "2024-01-02 09:00:00", ["changed since, at 2024-01-02 09:00:00 UTC"]),
        (7, 2, "2024-01-02 09:00:01", ["changed since, at 2024-01-02 09:00:01 UTC"]),
        (8, 2, "2024-01-02 09:00:00", ["changed since, at 2024-01-02 09:00:00 UTC; run r2 wrote it, too"]),
    ],
)
def test_what_odoo_wrote_along_in_a_later_run_of_ours_is_nobodys_change(record_id, user, write_date, left):
    """It has our user, and the moment of a call; what the later run wrote itself stays."""
    since = Since(AT_1030, AT_1030, later=lambda: LATER, user=lambda: 2)
    planner = UndoPlanner(RecordRules(FIELDS), lambda: Dependents({}), since, delete=True)
    existing = {"id": record_id, "name": "A", "active": True, "write_date": write_date, "write_uid": user}
    plan = planner.plan({record_id: Trace(created=True, after={"name": "A"}, stamp=AT_10)}, {record_id: existing})
    assert [one.reason for one in plan.left] == left
    assert [one.id for one in plan.delete] == ([] if left else [record_id])


def test_what_odoo_wrote_along_may_be_another_value():
    """Then it is no longer as the run left it."""
    since = Since(AT_1030, AT_1030, later=lambda: LATER, user=lambda: 2)
    planner = UndoPlanner(RecordRules(FIELDS), lambda: Dependents({}), since, delete=True)
    existing = {"id": 7, "name": "B", "active": True, "write_date": "2024-01-02 09:00:00", "write_uid": 2}
    plan = planner.plan({7: Trace(created=True, after={"name": "A"}, stamp=AT_10)}, {7: existing})
    assert [one.reason for one in plan.left] == ["changed since: name"]


def call(kind, ids, before, after):
    """A call that landed."""
    return CallEntry(1, 1, "r1", "partners", "", "", 0, kind, "settled", 0.0, [], ids, before, after, "", {})


def test_what_nobody_knows_any_more_is_left_alone():
    """An update of two of which earlier releases kept only that one landed; what was created can be archived."""
    calls = [call("update", [7], [{"name": "A"}, {"name": "B"}], [{}, {}]), call("create", [8], None, [{}, {}])]
    planner = UndoPlanner(RecordRules(FIELDS), lambda: Dependents({}), Since(), delete=True)
    existing = {"name": "C", "active": True, "display_name": "C", "write_date": AT_10}
    plan = planner.plan(traces(calls), {7: {"id": 7, **existing}, 8: {"id": 8, **existing}})
    assert [one.id for one in plan.left] == [7, 8]
    assert plan.left[0].reason == "what it held before is not kept"
    assert traces([call("unlink", [], [{"name": "A"}], None)]) == {}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("unlink", "the run deleted it, and Odoo cannot bring it back"), ("update", "it is gone")],
)
def test_what_is_gone_says_whose_doing_that_was(kind, reason):
    """The run's own, or somebody's since; of what the run had created, nothing is to be done."""
    calls = [call(kind, [7], [{"name": "A"}], [{}]), call("create", [8], None, [{}])]
    planner = UndoPlanner(RecordRules(FIELDS), lambda: Dependents({}), Since(), delete=True)
    plan = planner.plan(traces(calls), {})
    assert [(one.id, one.reason) for one in plan.left] == [(7, reason)]
    assert plan.unchanged == 1
