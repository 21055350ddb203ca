"""Traces of a run in Odoo, as its calls add up."""

from __future__ import annotations

import pytest

from odoo_etl.state import CallEntry
from odoo_etl.undoing.traces import traces


def call(kind, state="done", **what):
    """A call on the record 7."""
    given = {"keys": [{"external_id": "legacy.a"}], "ids": [7], "before": [{}], "after": [{}], **what}
    return CallEntry(1, 1, "r1", "partners", "", "", 0, kind, state, 0.0, stamp="", details={}, **given)


@pytest.mark.parametrize(("kinds", "given"), [(["adopt"], True), (["disown"], False), (["adopt", "disown"], False)])
def test_external_ids_are_given_and_taken(kinds, given):
    """The last call counts; the record itself is as it was."""
    (trace,) = traces(map(call, kinds)).values()
    assert (trace.named, trace.is_only_named) == ({"legacy.a": given}, True)


def test_a_record_may_be_written_too():
    """Then there is more to undo."""
    (trace,) = traces([call("adopt"), call("update", before=[{"name": "a"}], after=[{"name": "b"}])]).values()
    assert (trace.named, trace.is_only_named, trace.before) == ({"legacy.a": True}, False, {"name": "a"})
    assert traces([call("adopt", state="refused")]) == {}


def test_steps_leave_no_trace_but_their_time():
    """What they changed nobody knows; that it was not somebody else, undo has to know."""
    from dataclasses import replace

    from odoo_etl.state import step_kind
    from odoo_etl.undoing.traces import step_notes

    wrote = call("update", before=[{"name": "a"}], after=[{"name": "b"}])
    step = replace(call(step_kind(5, "action_confirm"), before=None, after=None), ids=[7, 8], stamp="2026-01-02")
    (trace,) = traces([replace(wrote, stamp="2026-01-01"), step]).values()
    assert (trace.before, trace.stamp) == ({"name": "a"}, "2026-01-02")
    assert list(step_notes([wrote, step, replace(step, ids=[8, 9]), replace(step, state="refused", ids=[1])])) == [
        "step action_confirm was done on 3 records: undo does not take steps back, so look what it left there"
    ]
    assert list(step_notes([wrote])) == []
