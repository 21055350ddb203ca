"""The page in a real browser: log in, run, watch, stop, resume, look back; for everybody, in any light, on a phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from odoo_etl.dashboard import Listening, application, open_site, server_options
from odoo_etl.runs import Workspace, run
from tests.dashboard import OPERATOR_TOKEN, VIEWER_TOKEN, project_with_page
from tests.page_faults import complaints_of, violations
from tests.unit.dashboard.conftest import job

MANY = 15_000


@dataclass(frozen=True)
class Served:
    """A page that is served.

    Attributes:
        failed: the id of a run that failed in part.
    """

    url: str
    root: Path
    failed: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project with some past, and a job that takes a while."""
    jobs = {name: job(name) for name in ("firms", "people", "many")}
    root = project_with_page(tmp_path_factory.mktemp("page"), jobs)
    (root / "firms.csv").write_text("ref,name\nA,One\nB,\nC,<b>Three</b>\n", "utf-8")
    (root / "many.csv").write_text("ref,name\n" + "".join(f"M{n},Name {n}\n" for n in range(MANY)), "utf-8")
    space = Workspace(root)
    failed = run(space, ["firms", "people"]).run_id
    run(space, ["firms"])
    listening = Listening(port=0)
    site = open_site(space, listening)
    server = uvicorn.Server(uvicorn.Config(application(site), **server_options(site, listening)))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(f"http://127.0.0.1:{port}", root, failed)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def look(browser: Browser, served: Served) -> Iterator[object]:
    """A function that opens a window in which somebody has logged in; nothing may go wrong in it."""
    windows, complaints, strange = [], [], []

    def opened(token: str = OPERATOR_TOKEN, **options: object) -> Page:
        windows.append(browser.new_context(**options))
        page = windows[-1].new_page()
        complaints.append(complaints_of(page))
        page.on("request", lambda request: request.url.startswith(served.url) or strange.append(request.url))
        page.goto(f"{served.url}/login")
        if token:
            page.fill("#token", token)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{served.url}/")
        return page

    yield opened
    for window in windows:
        window.close()
    assert ([one for some in complaints for one in some], strange) == ([], [])


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)], ids=["light", "dark", "phone"]
)
def test_everybody_can_use_it(served: Served, look, scheme: str, width: int) -> None:
    """Contrast, names, headings, tables, landmarks; on a phone nothing but tables scrolls aside."""
    page = look("", color_scheme=scheme, viewport={"width": width, "height": 740})
    assert violations(page) == []
    page = look(color_scheme=scheme, viewport={"width": width, "height": 740})
    found = {}
    for path in ("/", "/jobs/firms", "/runs", f"/runs/{served.failed}", "/codes", "/codes/required"):
        page.goto(served.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[path] = violations(page) + ([f"{wide} wide"] if wide > width else [])
    assert found == {path: [] for path in found}
    shown = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (shown == "rgb(247, 247, 245)") == (scheme == "light")


def test_a_run_is_started_watched_stopped_and_resumed(served: Served, look) -> None:
    """By the keyboard alone."""
    page = look()
    page.locator("button[value=many]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*")
    page.wait_for_selector("progress")
    assert violations(page) == []
    stop = page.get_by_role("button", name="Stop it")
    stop.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("#totals")
    assert page.inner_text("h1") == "Interrupted: what was done is kept"
    page.get_by_role("button", name="Resume it").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Done: every row is accounted for", timeout=60_000)
    assert "15,000" in page.inner_text(".tiles").replace("\n", " ")
    page.goto(f"{served.url}/jobs/many")
    assert page.locator(".chip").first.inner_text() == "ok"


def test_a_viewer_looks_and_changes_nothing(served: Served, look) -> None:
    """There is no button, and a form that is made by hand is refused."""
    page = look(VIEWER_TOKEN)
    assert page.get_by_role("button").all_inner_texts() == ["Log out"]
    answer = page.request.post(f"{served.url}/run", form={"only": "firms"}, headers={"origin": served.url})
    assert answer.status == 403
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    page.goto(f"{served.url}/runs")
    assert "/login?next=" in page.url


def test_the_history_is_filtered_without_a_new_page(served: Served, look) -> None:
    """The address follows, so that it can be kept and sent."""
    page = look()
    page.goto(f"{served.url}/runs")
    page.evaluate("window.stays = true")
    page.select_option("#outcome", "rejects")
    page.wait_for_selector("text=of 1 run, newest first")
    assert page.evaluate("window.stays")
    assert "outcome=rejects" in page.url
    page.reload()
    assert page.input_value("#outcome") == "rejects"


def test_it_works_without_scripts(served: Served, look) -> None:
    """Forms are forms, and links are links."""
    page = look(java_script_enabled=False)
    page.goto(f"{served.url}/runs")
    page.select_option("#outcome", "failed")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name=served.failed).click()
    assert "1 of 2 jobs did not end well" in page.inner_text("h1")
    page.get_by_role("link", name="Jobs", exact=True).first.click()
    page.check("[aria-label='Choose firms']")
    page.get_by_role("button", name="Run the chosen jobs").click()
    page.wait_for_url("**/runs/*")


def test_a_stream_that_stays_away_is_told(look):
    """A moment without it is nothing; when it is there again, the words go."""
    page = look()
    page.clock.install()
    told = page.locator("#notice")
    for event, later_ms, says in (("sseError", 9_000, ""), ("sseError", 2_000, "does not answer"), ("sseOpen", 0, "")):
        page.evaluate("name => document.dispatchEvent(new CustomEvent(`htmx:${name}`))", event)
        page.clock.run_for(later_ms)
        assert says in told.inner_text()
        assert bool(says) == bool(told.inner_text())
