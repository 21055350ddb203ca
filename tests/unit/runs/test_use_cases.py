"""The use cases as a program calls them, on the sandbox."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.runs import Partition, Workspace, history, plan, resume, retry, run, undo


def test_one_use_case_after_the_other(shop):
    """A plan, a run, a second one that finds nothing to do, a retry, an undo; the ledger knows all but the plan."""
    planned = plan(shop.root, "firms", detailed_exitcode=True)
    assert (planned.exit_code, planned.command, [one.job for one in planned.jobs]) == (8, "plan", ["firms"])
    first, second = run(shop.root), run(shop.root, ["firms"])
    assert (first.exit_code, [one.counts.created for one in first.jobs]) == (3, [1, 1])
    assert (second.exit_code, second.jobs[0].counts.unchanged) == (0, 1)
    assert plan(shop.root, "firms", detailed_exitcode=True).exit_code == 0
    retried = retry(shop.root, first.run_id, "people")
    assert (retried.exit_code, retried.parent) == (3, first.run_id)
    undone = undo(shop.root, first.run_id, plan_shown=5)
    assert (undone.command, undone.parent) == ("undo", first.run_id)
    assert {one.job for one in undone.jobs} == {"firms", "people"}
    assert [one.command for one in history(shop.root)] == ["retry", "run", "run"]


def test_there_is_nothing_to_go_on_with(shop):
    """That is a result: the project was found."""
    result = resume(shop.root)
    assert (result.exit_code, "nothing to resume" in result.error) == (2, True)


@pytest.mark.parametrize(
    "call",
    [
        lambda root: run(root, limit=0),
        lambda root: plan(root, limit=-1),
        lambda root: run(root, limit=1, divided=Partition("1/2")),
        lambda root: run(root / "pipelines/nowhere"),
        lambda root: history(Workspace(root / "nowhere")),
    ],
)
def test_what_cannot_be_meant_is_raised(shop, call):
    """Nothing is left behind."""
    with pytest.raises(UsageError):
        call(shop.root)
    assert not (shop.root / ".odoo_etl").exists()
