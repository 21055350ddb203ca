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
