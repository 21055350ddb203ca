"""Plans of an assistant: it writes by none that a person has not approved, as it is, now."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.runs import history
from odoo_etl.runs.kept_plans import approve, kept_plans, withdraw


@pytest.fixture
def digest(ask):
    """A plan that creates two firms, made by the assistant."""
    told = ask("plan", jobs=["firms"])
    assert (told["exit_code"], told["plan"]["counts"]) == (0, {"create": 2})
    assert f"odoo-etl approve {told['plan']['digest'][:12]}" in told["next"]
    return told["plan"]["digest"]


def test_a_plan_is_kept_with_its_changes(ask, digest):
    """Some at a time; the first ones come with the plan."""
    (listed,) = ask("plans")["plans"]
    assert (listed["digest"], listed["approved"], listed["applied"]) == (digest, None, False)
    page = ask("plan_changes", digest=digest[:12], limit=1, offset=1)
    assert (page["total"], page["offset"]) == (2, 1)
    (change,) = page["changes"]
    assert (change["job"], change["action"], change["key"]) == ("firms", "create", "g")


def test_an_approved_plan_is_applied_in_a_process_of_its_own(shop, ask, digest, launches):
    """For the person who approved it, and for no longer than a tool may take."""
    approve(shop.use(), kept_plans(shop.use())[0], "ann")
    assert ask("plans")["plans"][0]["approved"]["by"] == "ann"
    told = ask("apply_plan", digest=digest)
    (order,) = launches.orders
    assert (order.verb, order.person, order.approved, order.project) == ("apply", "ann", False, Path(shop.root))
    assert [Path(one) for one in order.arguments] == [kept_plans(shop.use())[0].path]
    assert (told["exit_code"], told["approved_by"], told["meaning"]) == (0, "ann", "done: exactly the plan was written")


def refused(ask, digest, launches):
    """Why a plan is not applied; nothing was started, and nothing written."""
    told = ask("apply_plan", digest=digest)
    assert isinstance(told, str)
    assert launches.orders == []
    return told


def test_nobody_has_approved_it(shop, ask, digest, launches):
    """It says who does what."""
    told = refused(ask, digest, launches)
    assert f"nobody has approved plan {digest[:12]}" in told
    assert "`odoo-etl approve" in told
    assert history(shop.use()) == []


def test_an_approval_that_is_over_or_taken_back(shop, ask, digest, launches):
    """Counts no longer."""
    (kept,) = kept_plans(shop.use())
    approve(shop.use(), kept, "ann", 1.0)
    assert withdraw(shop.use(), kept)
    assert "nobody has approved" in refused(ask, digest, launches)


def test_another_plan_than_the_approved_one(shop, ask, digest, launches):
    """An approval is for one digest; what stands in its place has another."""
    (kept,) = kept_plans(shop.use())
    approve(shop.use(), kept, "ann")
    shop.write("firms.csv", "ref,name\nf,Firm\ng,Other\nh,Third\n")
    other = ask("plan", jobs=["firms"])["plan"]["digest"]
    assert "nobody has approved" in refused(ask, other, launches)
    kept_plans(shop.use())[0].path.replace(kept.path)
    assert "there is no kept plan whose digest begins" in refused(ask, digest, launches)


@pytest.mark.parametrize("name", ["", "abc", "g" * 12, "A" * 12, "firms.plan", "/tmp/x.plan", "a" * 65])
def test_a_plan_is_named_by_its_digest_alone(ask, digest, launches, name):
    """A name that could be a file is none."""
    assert "by its digest" in refused(ask, name, launches)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (7, ("the plan is stale", "plan again; the new plan has to be approved anew")),
        (3, ("done, with rejected rows", "explain has code 3")),
        (1, ("it failed", "explain has code 1")),
        (None, ("", "it goes on: ask show_run for 20261130T070000-0c0ffee01")),
    ],
)
def test_how_it_ended(shop, ask, launches, code, said):
    """Or that it has not ended yet."""
    ask("plan", jobs=["firms"])
    approve(shop.use(), kept_plans(shop.use())[0], "ann")
    launches.code = code
    told = ask("apply_plan", digest=kept_plans(shop.use())[0].digest)
    assert told["exit_code"] == code
    assert (told.get("meaning", "").startswith(said[0]), said[1] in told["next"]) == (True, True)


def test_a_plan_that_did_not_come_to_its_end(shop, ask):
    """Is not kept."""
    (shop.root / "firms.csv").unlink()
    told = ask("plan", jobs=["firms"])
    assert (told["plan"], told["jobs"][0]["status"]) == (None, "failed")


def test_a_plan_without_changes(shop, ask, launches):
    """Needs nobody."""
    shop.write("firms.csv", "ref,name\n")
    assert ask("plan", jobs=["firms"])["next"] == "nothing is to be written"
