"""Plans in the state folder: known by their digest, approved as they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.launching import PERSON
from odoo_etl.planfile import NotAPlanFile
from odoo_etl.reporting.run_folder import KEPT_PLANS
from odoo_etl.runs import Workspace, apply, changes_page, plan, purge
from odoo_etl.runs.kept_plans import KEPT_S, approve, kept_plan, kept_plans, withdraw


@pytest.fixture
def firms(shop):
    """Firms to create, and a person that is a reject."""
    return shop


def test_a_kept_plan_is_known_by_how_its_digest_begins(firms):
    """In upper case, too; newest first, with what it is about."""
    assert [plan(firms.use(), "firms", keep=True).exit_code, plan(firms.use(), keep=True).exit_code] == [0, 3]
    second, first = kept_plans(firms.use())
    assert (first.selectors, second.selectors, first.counts) == (("firms",), (), {"create": 1})
    assert first.destinations["main"]["database"] == "sandbox"
    assert first.run_id < second.run_id
    assert kept_plan(firms.use(), first.digest[:8].upper()) == first
    assert kept_plan(firms.use(), first.path) == kept_plan(firms.use(), str(first.path)) == first


@pytest.mark.parametrize(
    ("name", "told"), [("0" * 12, "no kept plan whose digest begins with 0000"), ("deadbeef", "kept plans: none")]
)
def test_a_digest_that_no_plan_has(firms, name, told):
    """The known ones are named."""
    with pytest.raises(UsageError, match=told):
        kept_plan(firms.use(), name)


def test_a_file_that_is_no_plan(firms):
    """Among the kept ones it is passed over."""
    plan(firms.use(), "firms", keep=True)
    (kept,) = kept_plans(firms.use())
    kept.path.with_name("half.plan").write_bytes(b"SQLite")
    assert kept_plans(firms.use()) == [kept]
    for name in ("half.plan", "none.plan"):
        with pytest.raises(NotAPlanFile):
            kept_plan(firms.use(), kept.path.with_name(name))


def test_an_approval_is_for_the_plan_that_was_looked_at(firms):
    """It is told with the plan, and in the run that applies it; once taken back, it is gone."""
    plan(firms.use(), "firms", keep=True)
    (kept,) = kept_plans(firms.use())
    made = approve(firms.use(), kept, "ann")
    assert kept_plans(firms.use())[0].approval == made
    assert [withdraw(firms.use(), kept), withdraw(firms.use(), kept)] == [True, False]
    assert kept_plans(firms.use())[0].approval is None
    approve(firms.use(), kept, "ann")
    done = apply(firms.root, kept.path)
    assert (done.exit_code, any(note.startswith("ann approved it at ") for note in done.notes)) == (0, True)


def test_a_plan_that_was_put_in_its_place_is_not_approved(firms):
    """Its digest is another one."""
    plan(firms.use(), "firms", keep=True)
    (kept,) = kept_plans(firms.use())
    firms.write("firms.csv", "ref,name\nf,Firm\ng,Other\n")
    plan(firms.use(), "firms", keep=True)
    kept_plans(firms.use())[0].path.replace(kept.path)
    with pytest.raises(UsageError, match="not the plan any more"):
        approve(firms.use(), kept, "ann")


@pytest.mark.parametrize("lasts_s", [0, 30 * 86_400 + 1])
def test_how_long_an_approval_counts(firms, lasts_s):
    """A second at least, 30 days at most."""
    plan(firms.use(), "firms", keep=True)
    with pytest.raises(UsageError, match="30 days"):
        approve(firms.use(), kept_plans(firms.use())[0], "ann", lasts_s)


def test_old_plans_go_when_a_new_one_is_made(firms):
    """After 30 days; what is no plan is left alone."""
    plan(firms.use(), "firms", keep=True)
    (old,) = kept_plans(firms.use())
    note = old.path.with_name("note.txt")
    note.touch()
    for path in (old.path, note):
        os.utime(path, (0, old.path.stat().st_mtime - KEPT_S - 1))
    note.with_name("gone.plan").symlink_to("nowhere")  # as one that another process takes away at this moment
    plan(firms.use(), "firms", keep=True)
    (new,) = kept_plans(firms.use())
    assert (new.run_id > old.run_id, note.exists()) == (True, True)
    assert oct(Path(firms.root, ".odoo_etl", KEPT_PLANS).stat().st_mode)[-3:] == "700"


def test_a_kept_plan_says_what_it_was_made_of_and_for_whom(firms):
    """With every change, whatever is shown."""
    made = plan(Workspace(firms.root, environ={PERSON: "ann"}), limit=1, full_refresh=True, show=0, keep=True)
    (one,) = kept_plans(firms.root)
    assert (one.run_id, one.made_by, one.limit, one.full_refresh) == (made.run_id, "ann", 1, True)
    assert changes_page(firms.root, made.run_id).total == 2


def test_a_kept_plan_says_what_has_applied_it(firms):
    """By its digest, by which the ledger knows it."""
    plan(firms.use(), "firms", keep=True)
    (one,) = kept_plans(firms.use())
    assert (one.applied_by, one.is_applied) == ("", False)
    done = apply(firms.root, one.path)
    for again in (*kept_plans(firms.use()), kept_plan(firms.use(), one.path)):
        assert (again.applied_by, again.is_applied) == (done.run_id, True)


def test_a_plan_that_failed_is_not_kept(firms):
    """There is nothing to apply."""
    (firms.root / "firms.csv").unlink()
    assert plan(firms.use(), "firms", keep=True).exit_code == 1
    assert kept_plans(firms.use()) == []


def test_one_place_for_a_plan(firms):
    """Either a file that is named, or the state folder."""
    with pytest.raises(UsageError, match="say one of both"):
        plan(firms.use(), "firms", out=firms.root / "the.plan", keep=True)


def test_a_plan_with_a_record_that_is_forgotten_goes(firms):
    """Whole, as any file that holds its values; others stay."""
    plan(firms.use(), "firms", keep=True)
    firms.write("firms.csv", "ref,name\nX-17,Firm\n")
    plan(firms.use(), "firms", keep=True)
    new, old = kept_plans(firms.use())
    done = purge(firms.root, keys="X-17")
    assert any(f"plans/{new.path.name}" in note for note in done.notes)
    assert kept_plans(firms.use()) == [old]


@pytest.mark.parametrize(
    ("name", "text"), [("firms.csv", "ref,name\nf,Another\n"), ("pipelines/project.yaml", "\n# another\n")]
)
def test_a_kept_plan_says_that_it_was_stale(firms, name, text):
    """And for which run, which says what had changed: rows, or files of the project."""
    plan(firms.use(), "firms", keep=True)
    (one,) = kept_plans(firms.use())
    path = firms.root / name
    path.write_text(text if name.endswith("csv") else path.read_text("utf-8") + text, "utf-8")
    done = apply(firms.root, one.path)
    (again,) = kept_plans(firms.use())
    assert (done.exit_code, again.stale_for, again.applied_by) == (7, done.run_id, "")
