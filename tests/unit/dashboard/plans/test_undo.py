"""Undo in the page: its preview, then exactly that."""

from __future__ import annotations

import pytest

from odoo_etl.dashboard.plans.undo import deletes
from odoo_etl.results import JobResult, RunResult
from odoo_etl.runs import Workspace, changes_page, purge, undo
from tests.unit.dashboard.plans.test_section import text_of


def preview(shop, run, *, delete=False):
    """What an undo would do; the id of that run."""
    return undo(Workspace(shop.root), run, delete=delete, plan_shown=0, every_change=True).run_id


@pytest.mark.parametrize(("fields", "option"), [({}, ()), ({"delete": "1"}, ("--delete",))])
def test_first_comes_a_preview(shop, fields, option):
    """Which writes nothing."""
    run = shop.load()
    assert "nothing is written until you agree" in text_of(shop.viewer.get(f"/runs/{run}/undo"))
    assert shop.operator.post(f"/runs/{run}/undo/preview", **fields).status_code == 303
    (order,) = shop.launcher.orders
    assert (order.verb, order.arguments, order.approved) == (
        "undo",
        (run, "--plan", "--keep", "--show=0", *option),
        False,
    )


@pytest.mark.parametrize("delete", [False, True])
def test_then_it_is_done_as_the_preview_says(shop, delete):
    """What would be archived is not deleted."""
    run = shop.load()
    seen = preview(shop, run, delete=delete)
    text = text_of(shop.operator.get(f"/plans/{seen}"))
    assert f"What an undo of run {run} would do" in text
    assert ("- delete" in text, "- archive" in text) == (delete, not delete)
    assert shop.operator.post(f"/runs/{seen}/undo").status_code == 303
    (order,) = shop.launcher.orders
    assert (order.verb, order.arguments, order.approved) == ("undo", (run, *(["--delete"] if delete else [])), True)


@pytest.mark.parametrize(
    ("planned", "is_to_delete"),
    [([{"delete": 2}], True), ([{"delete": 1}, {"archive": 1}], False), ([{"update": 1}, {}], False), ([], False)],
)
def test_nothing_is_deleted_that_no_preview_has_shown(planned, is_to_delete):
    """A record that was left alone, and is free by the time, is archived."""
    jobs = tuple(JobResult("j", "res.partner", "done", planned=one) for one in planned)
    assert deletes(RunResult("1", "undo", "", jobs=jobs)) == is_to_delete


def test_what_cannot_be_undone(shop):
    """A plan, an undo, a purged run, one that is none: each with its reason."""
    run, plan = shop.load(), shop.plan("tags")
    for name, told in ((plan, "“plan” is no run that can be taken back"), (preview(shop, run), "“undo” is no run")):
        assert told in text_of(shop.operator.get(f"/runs/{name}/undo"))
        assert shop.operator.post(f"/runs/{name}/undo/preview").status_code == 409
    for name in (run, plan):
        refused = shop.operator.post(f"/runs/{name}/undo")
        assert (refused.status_code, "is no preview of an undo" in refused.text) == (409, True)
    assert shop.operator.get("/runs/20990101T000000-00000abcd/undo").status_code == 404
    assert shop.launcher.orders == []


def test_a_purged_run_is_told(shop):
    """Its preview may be left; it is not carried out."""
    run = shop.load()
    seen = preview(shop, run)
    assert changes_page(shop.root, seen).total == 2
    purge(shop.root, before="0d")
    assert shop.operator.post(f"/runs/{run}/undo/preview").status_code in {404, 409}
    assert shop.launcher.orders == []
