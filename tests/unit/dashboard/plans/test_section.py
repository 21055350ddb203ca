"""The pages of plans."""

from __future__ import annotations

import re
from html import unescape

import pytest
import yaml

from odoo_etl.dashboard.plans.table import PAGE
from odoo_etl.runs import Workspace, apply
from odoo_etl.runs.kept_plans import kept_plans


def text_of(answer):
    """The words of a page, as a person reads them."""
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def digest(shop):
    """Of the only kept plan."""
    (plan,) = kept_plans(shop.root)
    return plan.digest


def test_a_plan_is_started_for_the_jobs_that_are_chosen(shop):
    """It writes nothing: nobody is asked; whoever wants it is known to the run."""
    answer = shop.operator.post("/plans", job=["tags", "partners"], limit="20", full="1")
    (order,) = shop.launcher.orders
    assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{shop.launcher.run}")
    assert (order.verb, order.arguments) == (
        "plan",
        ("--keep", "--show=0", "--limit=20", "--full-refresh", "--", "tags", "partners"),
    )
    assert (order.approved, order.person) == (False, "otto")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Choose at least one job."),
        ({"job": "tags", "limit": "0"}, "“0” is no number of rows"),
        ({"job": "tags", "limit": "1e3"}, "“1e3” is no number of rows"),
        ({"job": "--yes"}, "There is no job &#39;--yes&#39;"),
    ],
)
def test_what_cannot_be_planned(shop, fields, told):
    """What was typed stays; nothing is started."""
    answer = shop.operator.post("/plans", **fields)
    assert (answer.status_code, told in answer.text, shop.launcher.orders) == (400, True, [])


def test_the_form_has_all_jobs(shop):
    """That of a job is chosen, where one comes from its page; who may not plan is not shown the form."""
    page = shop.operator.get("/plans/new?job=tags&job=none").text
    boxes = re.findall(r'name="job" value="(\w+)"( checked)?>', page)
    assert boxes == [("partners", ""), ("tags", " checked")]
    assert shop.viewer.get("/plans/new").status_code == 403


def test_old_stands_beside_new(shop):
    """Names in place of ids, what differs is marked, and what others wrote is shown as it is."""
    shop.load()
    shop.change()
    page = shop.viewer.get(f"/plans/{shop.plan('partners')}")
    text = text_of(page)
    assert "Plan: 1 to create, 1 to update (2 fields), 1 to archive" in text
    assert "~ update C-1 (id" in text
    assert "country_id Germany Austria" in text
    assert "<p>Calls on <del>Mondays</del>" in unescape(page.text)
    assert "<p>Calls on <ins>Fridays</ins>" in unescape(page.text)
    assert "- archive C-2 (id" in text
    assert "name <b>New</b>" in text
    assert "<b>New" not in page.text
    assert "An operator can apply it." in text


def test_changes_are_filtered_and_paged_on_the_server(shop):
    """Links to other pages keep the filters; htmx gets the table alone."""
    rows = "".join(f"N-{number},Name {number},FR,\n" for number in range(PAGE + 5))
    shop.write("partners.csv", f"ref,name,country,remark\n{rows}")
    run = shop.plan()
    first = shop.viewer.get(f"/plans/{run}?job=partners&field=country_id")
    assert f"1 to {PAGE} of {PAGE + 5} changes" in text_of(first)
    assert f"/plans/{run}?page=2&amp;job=partners&amp;field=country_id#changes" in first.text
    second = text_of(shop.viewer.get(f"/plans/{run}?job=partners&page=2"))
    assert f"{PAGE + 1} to {PAGE + 5} of {PAGE + 5} changes" in second
    assert "N-0," not in second
    for query, told in (
        ("action=archive", "No change is like that"),
        ("key=n-17", "1 to 1 of 1 change"),
        ("job=tags", "+ create Gold, line 2"),
        ("page=999999999999", f"{PAGE + 1} to {PAGE + 6} of {PAGE + 6} changes"),
        ("page=x", f"1 to {PAGE} of {PAGE + 6} changes"),
    ):
        part = shop.viewer.get(f"/plans/{run}?{query}", headers={"hx-request": "true"})
        assert told in text_of(part), query
        assert "<main" not in part.text


def test_apply_does_exactly_what_was_seen(shop):
    """The file of that plan; who applied it has approved it."""
    run = shop.plan("tags")
    answer = shop.operator.post(f"/plans/{run}/apply", digest=digest(shop))
    (order,) = shop.launcher.orders
    (plan,) = kept_plans(shop.root)
    assert answer.status_code == 303
    assert (order.verb, order.arguments, order.approved) == ("apply", (str(plan.path),), False)
    assert plan.approval.by == "otto"


def test_another_plan_in_its_place_is_not_applied(shop):
    """Nor one that is gone, nor one that was applied already."""
    run = shop.plan("tags")
    assert shop.operator.post(f"/plans/{run}/apply", digest="0" * 64).status_code == 409
    apply(shop.root, kept_plans(shop.root)[0].path)
    again = shop.operator.post(f"/plans/{run}/apply", digest=digest(shop))
    assert (again.status_code, "a plan is applied once" in again.text) == (409, True)
    text = text_of(shop.operator.get(f"/plans/{run}"))
    assert "applied run " in text
    kept_plans(shop.root)[0].path.unlink()
    assert shop.operator.post(f"/plans/{run}/apply", digest="0" * 64).status_code == 409
    assert "This plan is not kept: plan again" in text_of(shop.operator.get(f"/plans/{run}"))
    assert shop.launcher.orders == []


def test_an_approval_and_its_end(shop):
    """Until then a program may apply the plan."""
    run = shop.plan("tags")
    for action, approved in (("approve", True), ("withdraw", False)):
        answer = shop.operator.post(f"/plans/{run}/{action}", digest=digest(shop))
        assert (answer.status_code, answer.headers["location"]) == (303, f"/plans/{run}")
        assert (kept_plans(shop.root)[0].approval is not None) is approved
        assert ("by otto until" in text_of(shop.viewer.get("/plans"))) is approved


def test_production_is_named_by_whoever_applies(shop):
    """A wrong name approves and starts nothing; a plan of production asks nothing."""
    path = shop.root / "pipelines/project.yaml"
    spec = yaml.safe_load(path.read_text())
    path.write_text(
        yaml.safe_dump({**spec, "environments": {"live": {"production": True}}, "default_environment": "live"})
    )
    run = shop.plan("tags")
    assert "Type <strong>live</strong>" in shop.operator.get(f"/plans/{run}").text
    for action in ("apply", "approve"):
        assert shop.operator.post(f"/plans/{run}/{action}", digest=digest(shop), confirm="test").status_code == 400
    assert (kept_plans(shop.root)[0].approval, shop.launcher.orders) == (None, [])
    assert shop.operator.post("/plans", job="tags").status_code == 303
    assert shop.operator.post(f"/plans/{run}/apply", digest=digest(shop), confirm=" live ").status_code == 303
    assert [order.verb for order in shop.launcher.orders] == ["plan", "apply"]


def test_the_list_says_how_old_a_plan_is_and_who_made_it(shop):
    """It is 7 o'clock on the page, before any of these plans: nothing is older than moments."""
    assert "No plan is kept" in text_of(shop.viewer.get("/plans"))
    run = shop.plan("tags")
    page = shop.viewer.get("/plans")
    assert f'href="/plans/{run}"' in page.text
    assert "moments ago" in text_of(page)
    assert "1 to create open" in text_of(page)


def test_a_stale_plan_leads_to_a_new_one(shop):
    """With the same jobs; what differs is on the page of the run."""
    shop.plan("tags")
    (plan,) = kept_plans(shop.root)
    shop.write("tags.csv", "name\nSilver\n")
    stale = apply(Workspace(shop.root), plan.path)
    assert stale.exit_code == 7
    assert f'href="/runs/{stale.run_id}"><small>what had changed' in shop.viewer.get("/plans").text
    page = shop.operator.get(f"/plans/{stale.run_id}/again").text
    assert re.findall(r'value="(\w+)" checked', page) == ["tags"]


def test_what_is_no_plan(shop):
    """Runs that wrote, runs that are none."""
    run = shop.load()
    assert shop.viewer.get(f"/plans/{run}").status_code == 400
    for name in ("20990101T000000-00000abcd", "x", "..%2f..%2fetc"):
        assert shop.viewer.get(f"/plans/{name}").status_code in {400, 404}, name


def test_a_plan_that_goes_on_is_watched(shop):
    """Its changes are there once it has ended."""
    run = "20261129T070000-00000abcd"
    (shop.root / ".odoo_etl/runs" / run).mkdir(parents=True)
    answer = shop.viewer.get(f"/plans/{run}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{run}")
