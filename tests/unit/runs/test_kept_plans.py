"""Plans in the state folder: known by their digest, approved as they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.planfile import NotAPlanFile
from odoo_etl.runs import apply
from odoo_etl.runs.kept_plans import KEPT_S, PLANS, approve, keep_plan, kept_plan, kept_plans, withdraw


@pytest.fixture
def firms(shop):
    """Firms to create, and a person that is a reject."""
    return shop


def test_a_kept_plan_is_known_by_how_its_digest_begins(firms):
    """In upper case, too; newest first, with what it is about."""
    assert [keep_plan(firms.use(), "firms").exit_code, keep_plan(firms.use()).exit_code] == [0, 3]
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
    keep_plan(firms.use(), "firms")
    (plan,) = kept_plans(firms.use())
    plan.path.with_name("half.plan").write_bytes(b"SQLite")
    assert kept_plans(firms.use()) == [plan]
    for name in ("half.plan", "none.plan"):
        with pytest.raises(NotAPlanFile):
            kept_plan(firms.use(), plan.path.with_name(name))


def test_an_approval_is_for_the_plan_that_was_looked_at(firms):
    """It is told with the plan, and in the run that applies it; once taken back, it is gone."""
    keep_plan(firms.use(), "firms")
    (plan,) = kept_plans(firms.use())
    made = approve(firms.use(), plan, "ann")
    assert kept_plans(firms.use())[0].approval == made
    assert [withdraw(firms.use(), plan), withdraw(firms.use(), plan)] == [True, False]
    assert kept_plans(firms.use())[0].approval is None
    approve(firms.use(), plan, "ann")
    done = apply(firms.root, plan.path)
    assert (done.exit_code, any(note.startswith("ann approved it at ") for note in done.notes)) == (0, True)


def test_a_plan_that_was_put_in_its_place_is_not_approved(firms):
    """Its digest is another one."""
    keep_plan(firms.use(), "firms")
    (plan,) = kept_plans(firms.use())
    firms.write("firms.csv", "ref,name\nf,Firm\ng,Other\n")
    keep_plan(firms.use(), "firms")
    kept_plans(firms.use())[0].path.replace(plan.path)
    with pytest.raises(UsageError, match="not the plan any more"):
        approve(firms.use(), plan, "ann")


@pytest.mark.parametrize("lasts_s", [0, 30 * 86_400 + 1])
def test_how_long_an_approval_counts(firms, lasts_s):
    """A second at least, 30 days at most."""
    keep_plan(firms.use(), "firms")
    with pytest.raises(UsageError, match="30 days"):
        approve(firms.use(), kept_plans(firms.use())[0], "ann", lasts_s)


def test_old_plans_go_when_a_new_one_is_made(firms):
    """After 30 days; what is no plan is left alone."""
    keep_plan(firms.use(), "firms")
    (old,) = kept_plans(firms.use())
    note = old.path.with_name("note.txt")
    note.touch()
    for path in (old.path, note):
        os.utime(path, (0, old.path.stat().st_mtime - KEPT_S - 1))
    keep_plan(firms.use(), "firms")
    (new,) = kept_plans(firms.use())
    assert (new.run_id > old.run_id, note.exists()) == (True, True)
    assert oct(Path(firms.root, ".odoo_etl", PLANS).stat().st_mode)[-3:] == "700"
