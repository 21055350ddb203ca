"""Rejects in the page, in a real browser: found, mended with the keyboard alone, retried until they land."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from odoo_etl.dashboard import Site, application
from odoo_etl.odoo import OdooClient
from odoo_etl.runs import Workspace, mend, run
from tests.dashboard import OPERATOR_TOKEN, VIEWER_TOKEN, project_with_page
from tests.page_faults import complaints_of, violations
from tests.servers import Server

CUSTOMERS = {
    "version": 1,
    "job": "customers",
    "source": {"type": "csv", "path": "../customers.csv"},
    "target": {"model": "res.partner", "key": "ref"},
    "fields": {
        "ref": "no",
        "name": {"column": "name", "required": True},
        "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
        "comment": {"column": "remark", "type": "text"},
    },
}
MORE = ";".join(f"extra {n}" for n in range(12))
ROWS = (
    [("MENDED-1", "Anna", "BE", "")]
    + [(f"MENDED-{n}", f"Firm {n}", "XX", "a remark") for n in range(2, 62)]
    + [("MENDED-62", "", "DE", "<script>alert(1)</script> \u202eev\u202c")]
    + [("MENDED-63", "Zoë", "YY", "long " * 400)]
)


@dataclass(frozen=True)
class Served:
    """A page that is served, of a run with rejects."""

    url: str
    root: Path
    run_id: str

    @property
    def rejects(self) -> str:
        """The address of its rejects."""
        return f"{self.url}/runs/{self.run_id}/rejects/customers"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sandbox_server: Server) -> Iterator[Served]:
    """On a port of its own; what it launches are real commands."""
    root, server = tmp_path_factory.mktemp("rejects"), sandbox_server
    main = {"url": server.url, "db": server.db, "user": server.user, "api_key": server.api_key}
    project_with_page(root, {"customers": CUSTOMERS}, connections={"main": main})
    head = f"no;name;country;remark;{MORE}\n"
    (root / "customers.csv").write_text(head + "".join(";".join((*row, MORE)) + "\n" for row in ROWS), "utf-8")
    done = run(Workspace(root))
    assert done.jobs[0].counts.rejected == 62
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        app = application(site := Site(Workspace(root)))
        served = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=served.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield Served(f"http://127.0.0.1:{port}", root, done.run_id)
        served.should_exit = True
        thread.join()
        assert all(launched.ended(30) is not None for launched in site.started.values())


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[object]:
    """A function that logs in and opens the rejects."""
    windows = []

    def window(token: str = OPERATOR_TOKEN, **options: object) -> Page:
        windows.append(browser.new_context(base_url=served.url, **options))
        page = windows[-1].new_page()
        page.complaints = complaints_of(page)
        page.goto("/login")
        page.fill("input[name=token]", token)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.url}/")
        page.goto(served.rejects)
        return page

    yield window
    for one in windows:
        one.close()


def picture(page: Page, name: str) -> None:
    """A screenshot, where somebody wants to look at them."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"rejects-{name}.png", full_page=True)


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("name", "options", "looked_at"),
    [
        ("light", {"color_scheme": "light"}, "table found row replace none"),
        ("dark", {"color_scheme": "dark"}, "table row replace"),
        ("phone", {"viewport": {"width": 360, "height": 740}}, "table row replace"),
    ],
)
def test_everybody_can_read_it(opened, served: Served, name, options, looked_at):
    """Axe finds nothing, on the table, in a row, in a preview; a phone does not scroll aside."""
    page = opened(**options)
    number = mend(Workspace(served.root), served.run_id, "customers").page(limit=1).rows[0].number
    addresses = {
        "table": "",
        "found": "?text=firm+2&code=lookup_missing",
        "row": f"/rows/{number}",
        "replace": "/replace?in=country&old=XX&new=DE",
        "none": "?text=nothing",
    }
    for what in looked_at.split():
        page.goto(served.rejects + addresses[what])
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        if what == "table":
            page.click(".flawed .to-mend >> nth=0")
            page.wait_for_selector(".cell-form")
        picture(page, f"{name}-{what}")
        assert violations(page) == [], what
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), what
    assert page.complaints == []


@pytest.mark.chromium
def test_many_are_read_aside(opened, served: Served, monkeypatch):
    """The page says how far it is, and shows them once they are read."""
    read = threading.Event()
    monkeypatch.setattr("odoo_etl.rejects.mending.table.is_ready", lambda _: read.is_set())
    monkeypatch.setattr("odoo_etl.rejects.mending.table.prepare", lambda _, tell: tell(0.4) or read.wait(30))
    page = opened()
    expect(page.get_by_role("heading", name="The rejects are being read")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("40 %")
    assert violations(page) == []
    picture(page, "aside")
    read.set()
    expect(page.locator("tbody tr")).to_have_count(50)
    assert (page.url, page.complaints) == (served.rejects, [])


@pytest.mark.chromium
def test_a_viewer_changes_nothing(opened):
    """There is nothing to press that would."""
    page = opened(VIEWER_TOKEN)
    expect(page.locator(".to-mend, .cell-form, input[type=file]")).to_have_count(0)
    expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    expect(page.get_by_role("link", name="Download CSV")).to_be_visible()


@pytest.mark.chromium
def test_mended_with_the_keyboard_and_retried(opened, served: Served, sandbox_server: Server):
    """Enter opens a cell and saves it, Escape leaves it; a value is replaced; a retry lands just those."""
    page = opened()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.select_option("select[name=code]", "required")
    page.get_by_role("button", name="Filter").click()
    cell = page.locator("td.flawed .to-mend")
    expect(cell).to_have_count(1)
    cell.focus()
    page.keyboard.press("Enter")
    field = page.locator(".cell-form input[name=cell-1]")
    expect(field).to_be_focused()
    page.keyboard.type("Nobody")
    page.keyboard.press("Escape")
    expect(page.locator(".cell-form")).to_have_count(0)
    expect(page.locator("td.flawed .to-mend")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.type("Somebody & Co.")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Saved.")
    expect(page.locator("td.flawed .to-mend")).to_be_focused()
    expect(page.locator("td.flawed")).to_contain_text("Somebody & Co.")
    picture(page, "saved")

    page.goto(served.rejects)
    page.get_by_text("Replace a value in all rows").click()
    page.select_option("select[name=in]", "country")
    page.fill("input[name=old]", "XX")
    page.fill("input[name=new]", "DE")
    page.get_by_role("button", name="Look first").click()
    expect(page.locator("main")).to_contain_text("60 cells change.")
    page.get_by_role("button", name="Replace 60 cells").click()
    expect(page.locator(".edits li").first).to_contain_text("60 cells of country")
    picture(page, "edited")
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".edits li").first).to_contain_text("took back edit 2")
    page.goto(f"{served.rejects}/replace?in=country&old=XX&new=DE&text=Firm+2&column=name")
    page.get_by_role("button", name="Replace 11 cells").click()

    page.goto(served.rejects)
    page.get_by_role("button", name="Retry", exact=True).click()
    page.wait_for_url(re.compile(r"/runs/\d{8}T"))
    waited(lambda: mend(Workspace(served.root), served.run_id, "customers").page().total == 50)
    left = mend(Workspace(served.root), served.run_id, "customers").page()
    assert {row.code for row in left.rows} == {"lookup_missing"}
    assert landed(sandbox_server) == 13
    page.goto(served.rejects)
    expect(page.locator("main")).to_contain_text("50 rows")
    assert landed(sandbox_server) == 13


def landed(server: Server) -> int:
    """How many of the customers are there."""
    with OdooClient(server.url, server.db, user=server.user, api_key=server.api_key) as odoo:
        return odoo.search_count("res.partner", [["ref", "=like", "MENDED-%"]])


def waited(is_so, most_s: float = 30.0) -> None:
    """Wait until it is so."""
    until = time.monotonic() + most_s
    while not is_so():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.2)
