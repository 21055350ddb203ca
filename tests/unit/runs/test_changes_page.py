"""Changes of a plan, page by page."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.reporting import changes_index
from odoo_etl.reporting.changes_index import WantedChanges
from odoo_etl.runs import changes_page, plan, prepare_changes, run, undo


@pytest.fixture
def planned(shop):
    """A kept plan of five firms and one person."""
    shop.write("firms.csv", "ref,name\n" + "".join(f"f{number},Firm {number}\n" for number in range(5)))
    shop.write("people.csv", "ref,name,firm\np,Person,f1\n")
    return plan(shop.root, show=0, keep=True)


def keys(page):
    """What the changes of a page are found by."""
    return [f"{job.job} {change.key}" for job, change in page.changes]


def test_pages_go_on_from_one_job_to_the_next(shop, planned):
    """In the order of jobs and sources; what lies behind the last has none."""
    pages = [changes_page(shop.root, planned.run_id, offset=offset, limit=3) for offset in (0, 3, 6)]
    assert list(map(keys, pages)) == [
        ["firms f0", "firms f1", "firms f2"],
        ["firms f3", "firms f4", "people p"],
        [],
    ]
    assert [(one.total, one.offset) for one in pages] == [(6, 0), (6, 3), (6, 6)]
    assert pages[0].result.jobs[0].counts.created == 5


def test_pages_of_what_is_wanted(shop, planned):
    """By job, action, field, and a part of the key."""
    for wanted, expected in (
        (WantedChanges(job="people"), ["people p"]),
        (WantedChanges(field="parent_id"), ["people p"]),
        (WantedChanges(key="F3"), ["firms f3"]),
        (WantedChanges(action="update"), []),
        (WantedChanges(job="others"), []),
    ):
        page = changes_page(shop.root, planned.run_id, wanted)
        assert (keys(page), page.total) == (expected, len(expected))


def test_the_plan_of_an_undo_has_pages_too(shop):
    """Though it cannot be applied."""
    done = run(shop.root, "firms")
    preview = undo(shop.root, done.run_id, plan_shown=0, every_change=True)
    page = changes_page(shop.root, preview.run_id)
    assert [(job.job, change.action, change.key) for job, change in page.changes] == [("firms", "archive", "Firm")]


@pytest.mark.parametrize("name", ["20260101T000000-0", "..", "../runs", "x", "", "20260101T000000-0/../x"])
def test_a_run_that_is_none(shop, planned, name):
    """A name leads to no other folder."""
    with pytest.raises(UsageError, match="there is no run"):
        changes_page(shop.root, name)


def test_what_has_no_pages(shop, planned):
    """A run that wrote, a folder without results, a page of no size."""
    done = run(shop.root, "firms")
    with pytest.raises(UsageError, match=r"is no plan: `odoo-etl plan --keep` makes one"):
        changes_page(shop.root, done.run_id)
    (planned.folder / "run_results.json").unlink()
    with pytest.raises(UsageError, match=r"run_results\.json is not there"):
        changes_page(shop.root, planned.run_id)
    with pytest.raises(UsageError, match="with 1 to 1000 on a page"):
        changes_page(shop.root, planned.run_id, limit=0)


def test_changes_that_were_prepared_are_not_read_again(shop, planned, monkeypatch):
    """So the first page of many comes as fast as others; what is gone meanwhile is no fault."""
    prepare_changes(planned.folder, planned)
    monkeypatch.setattr(changes_index, "ChangesIndex", None)
    assert changes_page(shop.root, planned.run_id).total == 6
    for file in (planned.folder / "changes").iterdir():
        file.unlink()
    prepare_changes(planned.folder, planned)
    assert changes_page(shop.root, planned.run_id).total == 0
