"""Which records wait for a step, as the calls of runs and of undos tell it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from odoo_etl.state.payload import pack
from odoo_etl.state.steps import Waiting


def call(kind, run_id, *ids, undone=""):
    """A call that landed, as the ledger gives it."""
    return SimpleNamespace(kind=kind, ids=pack(list(ids)), run_id=run_id, undone=undone)


@pytest.mark.parametrize(
    ("calls", "waiting"),
    [
        ([call("create", "r1", 1, 2), call("update", "r2", 2, 3)], {1, 2, 3}),
        ([call("create", "r1", 1, 2), call("archive", "u1", 1, undone="r1")], {2}),
        ([call("create", "r1", 1, 2), call("unlink", "u1", 1, 2, undone="r1"), call("update", "r2", 2)], {2}),
        ([call("update", "r1", 1), call("update", "u1", 1, undone="r1")], set()),
        ([call("create", "r1", 1), call("update", "r2", 1), call("update", "u1", 1, undone="r2")], {1}),
        ([call("create", "r1", 1), call("archive", "r2", 1), call("step:7 confirm", "r2", 2)], {1}),
    ],
)
def test_what_is_undone_waits_no_more(calls, waiting):
    """Unless a later run writes it, or an earlier one, which is not undone, has written it, too."""
    found = Waiting(("create", "load", "update"))
    for one in calls:
        found.landed(one)
    assert found.ids() == waiting
