"""The whole story of the page, in a browser before a real `odoo-etl serve`: log in, plan, look, apply, watch, undo."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard import OPERATOR_TOKEN, VIEWER_TOKEN
from tests.e2e.page_story import PATIENCE_MS, Person, Story, person_at, story_of, waited
from tests.servers import Server

pytestmark = pytest.mark.chromium

LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True},
}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, sandbox_server: Server) -> Iterator[Story]:
    """A page on the sandbox."""
    with story_of(tmp_path_factory.mktemp("story"), sandbox_server, f"STORY-{uuid.uuid4().hex[:6]}-") as told:
        yield told


@pytest.fixture
def operator(browser: Browser, story: Story) -> Iterator[Person]:
    """Somebody who may do all that there is to do."""
    with person_at(browser, story, "operator") as person:
        person.log_in(OPERATOR_TOKEN)
        yield person


def plan(person: Person) -> None:
    """Plan the customers, and look at the changes."""
    page = person.page
    page.get_by_role("link", name="Plans", exact=True).click()
    page.get_by_role("link", name="New plan").click()
    page.get_by_role("checkbox", name="customers").check()
    person.look("new-plan")
    page.get_by_role("button", name="Plan", exact=True).click()
    page.get_by_role("link", name=re.compile(r"planned changes?$")).click(timeout=PATIENCE_MS)
    expect(page.get_by_role("main")).to_contain_text("by otto")  # the process that made it knew for whom


def apply(person: Person, verdict: str = "done") -> None:
    """Apply what is shown, and watch it."""
    person.page.get_by_role("button", name=re.compile("^Apply: ")).click()
    person.until_ended(verdict)


def test_planned_looked_at_applied_and_undone(operator: Person, story: Story):
    """Exactly what was seen lands, and comes back."""
    planned_applied_and_undone(operator, story)


@pytest.mark.odoo
def test_the_same_on_a_real_odoo(browser: Browser, tmp_path: Path, real_odoo: Server):
    """With rows that are broken and mended."""
    prefix = f"STORY-{uuid.uuid4().hex[:6]}-"
    with story_of(tmp_path, real_odoo, prefix) as story, person_at(browser, story, "odoo", looks=False) as operator:
        operator.log_in(OPERATOR_TOKEN)
        planned_applied_and_undone(operator, story)
        broken_and_mended(operator, story)


def planned_applied_and_undone(operator: Person, story: Story) -> None:
    """A first load and a change, each planned, looked at and applied; the change is taken back."""
    page = operator.page
    story.rows(("1", "Azure", "DE", "Calls on Mondays"), ("2", "Deco", "FR", ""), ("3", "Ready", "AT", ""))
    operator.look("jobs")
    plan(operator)
    expect(page.get_by_role("status")).to_have_text("1 to 3 of 3 changes")
    operator.look("plan-of-a-first-load")
    apply(operator)
    operator.look("applied")
    assert story.partners() == [("Azure", "Germany"), ("Deco", "France"), ("Ready", "Austria")]

    story.rows(("1", "Azure", "AT", "Calls on Fridays"), ("2", "Deco", "FR", ""), ("3", "Ready & Co.", "AT", ""))
    plan(operator)
    changes = page.get_by_role("region", name="Changes")
    expect(changes.locator("tr", has_text="country_id")).to_have_text(re.compile(r"Germany\s*Austria"))
    expect(changes.locator("tr", has_text="comment").locator("del")).to_have_text("Mondays")
    expect(changes.locator("tr", has_text="comment").locator("ins")).to_have_text("Fridays")
    page.get_by_label("Field", exact=True).select_option("name")
    expect(page.get_by_role("status")).to_have_text("1 to 1 of 1 change")
    expect(page).to_have_url(re.compile("field=name"))
    operator.look("plan-of-a-change")
    apply(operator)
    assert story.partners() == [("Azure", "Austria"), ("Deco", "France"), ("Ready & Co.", "Austria")]

    page.get_by_role("link", name="Undo").click()
    operator.look("undo")
    page.get_by_role("button", name="Show what would be done").click()
    page.get_by_role("link", name="What it would do").click(timeout=PATIENCE_MS)
    expect(changes.locator("tr", has_text="country_id")).to_have_text(re.compile(r"Austria\s*Germany"))
    operator.look("what-an-undo-would-do")
    page.get_by_role("button", name=re.compile("^Undo run")).click()
    operator.until_ended("undone")
    operator.look("undone")
    assert story.partners() == [("Azure", "Germany"), ("Deco", "France"), ("Ready", "Austria")]


def test_broken_rows_are_mended_in_the_page_and_land(operator: Person, story: Story):
    """Run, watched live; what is rejected is found by its reason, mended with the keyboard, and retried."""
    broken_and_mended(operator, story)


def broken_and_mended(operator: Person, story: Story) -> None:
    """A run with a row that is rejected, mended in the page and retried."""
    page = operator.page
    story.rows(("5", "Five", "XX", ""), ("6", "Six", "DE", ""), ("9", "Nine", "BE", "<b>bold</b>"))
    page.goto("/jobs/customers")
    page.get_by_role("button", name="Run now").click()
    operator.until_ended("rejects")
    operator.look("run-with-rejects")
    page.get_by_role("link", name=re.compile("reject")).first.click()
    page.wait_for_url("**/rejects/**")  # with its scripts: before them, a cell leads to the page of its row
    operator.look("rejects")
    cell = page.locator("td.flawed .to-mend")
    expect(cell).to_have_text(re.compile("XX"))
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cell-form input[name^=cell-]")).to_be_focused()
    page.keyboard.type("NL")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Saved.")
    expect(cell).to_have_text(re.compile("NL$"))
    operator.look("mended")
    page.reload()
    page.get_by_role("button", name="Retry", exact=True).click()
    operator.until_ended("done")
    operator.look("retried")
    assert ("Five", "Netherlands") in story.partners()


def test_a_stale_plan(operator: Person, story: Story):
    """It says what differs, writes nothing, and leads to a new one."""
    page = operator.page
    story.rows(("1", "Azure", "DE", "Calls on Mondays"), ("4", "New", "FR", ""))
    plan(operator)
    story.rows(("1", "Azure", "DE", "Calls on Mondays"), ("4", "Newer", "FR", ""))
    before = story.partners()
    apply(operator, "stale")
    expect(page.locator(".run-head")).to_contain_text("planned 'New', now 'Newer'")
    operator.look("stale")
    assert story.partners() == before
    page.get_by_role("link", name="Plan again").click()
    expect(page.get_by_role("checkbox", name="customers")).to_be_checked()


def test_a_schedule_is_paused(operator: Person, story: Story):
    """It says by whom; what was done is in the log of the server."""
    page = operator.page
    page.get_by_role("link", name="Schedule").click()
    expect(page.get_by_role("region", name="customers", exact=True)).to_contain_text("At 02:00 every day")
    operator.look("schedule")
    page.get_by_role("button", name="Pause customers").click()
    expect(page.get_by_role("region", name="customers", exact=True)).to_contain_text("by otto")
    operator.look("paused")
    page.get_by_role("button", name="Unpause customers").click()
    expect(page.get_by_role("button", name="Pause customers")).to_be_visible()
    page.get_by_role("link", name="Logs").click()
    operator.look("logs")
    page.get_by_role("link", name="serve/server.jsonl", exact=True).click()
    expect(page.locator("#lines")).to_contain_text("otto paused the schedule customers")
    operator.look("log")


def test_run_now_by_the_server(operator: Person, story: Story):
    """A schedule that is asked for runs at once, though it is not its time."""
    page = operator.page
    story.rows(("7", "Seven", "DE", ""))
    page.goto("/schedule")
    page.get_by_role("button", name="Run now customers").click()

    def has_run() -> bool:
        page.reload()
        return page.locator("td .chip", has_text="done").count() > 0

    assert waited(has_run, 60)
    operator.look("a-time-that-was-asked-for")
    assert ("Seven", "Germany") in story.partners()


def test_a_viewer_looks_and_changes_nothing(browser: Browser, story: Story):
    """There is nothing to press that would; who asks for it nevertheless is refused."""
    with person_at(browser, story, "viewer") as person:
        person.log_in(VIEWER_TOKEN)
        page = person.page
        for name in ("Plans", "Schedule", "Logs", "History", "Jobs"):
            page.get_by_role("link", name=name, exact=True).click()
            expect(page.locator("main button:not(:text('Filter')):not(:text('Show'))")).to_have_count(0)
            person.look(name.lower())
        page.get_by_role("link", name="Plans", exact=True).click()
        expect(page.get_by_role("link", name="New plan")).to_have_count(0)
        asked = page.request.post("/schedule/pause", form={"name": "customers"}, headers={"origin": story.url})
        assert asked.status == 403
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_label("Token")).to_be_visible()
        person.look("logged-out")
        page.goto("/plans")
        expect(page.get_by_label("Token")).to_be_visible()


def test_with_the_keyboard_alone(browser: Browser, story: Story):
    """From the login to what has landed, without a mouse."""
    story.rows(("8", "Eight", "DE", ""))
    with person_at(browser, story, "keyboard") as person:
        page = person.page
        page.goto("/login")
        page.keyboard.type(OPERATOR_TOKEN)  # the field has the focus
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()
        person.press("To the content")
        person.press("Plans")
        expect(page.get_by_role("heading", name="Plans", exact=True)).to_be_visible()
        person.press("New plan")
        expect(page.get_by_role("heading", name="New plan", exact=True)).to_be_visible()
        person.tab_to("customers")
        page.keyboard.press("Space")
        expect(page.get_by_role("checkbox", name="customers")).to_be_checked()
        person.tab_to("Everything again")
        person.press("Plan")
        expect(page.get_by_role("link", name=re.compile("planned change"))).to_be_visible(timeout=PATIENCE_MS)
        person.press("planned change")
        expect(page.get_by_role("heading", name="Plan", exact=True)).to_be_visible()
        person.press("Apply:")
        person.until_ended("done")
    assert ("Eight", "Germany") in story.partners()


@pytest.mark.parametrize("look", ["dark", "phone"])
def test_in_every_light(browser: Browser, story: Story, look: str):
    """Each page in the dark, and on a phone."""
    with person_at(browser, story, look, **LOOKS[look]) as person:
        person.log_in(OPERATOR_TOKEN)
        page = person.page
        person.look("jobs")
        for address in ("/jobs/customers", "/runs", "/plans", "/plans/new", "/schedule", "/logs", "/codes"):
            page.goto(address)
            person.look(address.strip("/").replace("/", "-"))
        page.goto("/plans")
        page.locator("tbody a").first.click()
        person.look("plan")
        page.goto("/runs")
        page.locator("tbody a").first.click()
        person.look("run")
        page.goto("/jobs/customers/kept")
        person.look("kept")
