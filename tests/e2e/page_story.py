"""A served page and the person before it: `odoo-etl serve` in a process of its own, a browser, what is looked at."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Browser, Page, expect

from odoo_etl import OdooClient
from tests.dashboard import PAGE
from tests.e2e.project import Project, clean_environment
from tests.page_faults import complaints_of, violations
from tests.servers import Server

PATIENCE_MS = 60_000  # for a run in a process of its own
MOST_TABS = 80


def customers(prefix: str) -> dict[str, Any]:
    """Partners by ref, every night at two."""
    return {
        "version": 1,
        "job": "customers",
        "schedule": {"cron": "0 2 * * *", "timezone": "Europe/Brussels"},
        "source": {"type": "csv", "path": "../customers.csv"},
        "target": {"model": "res.partner", "key": "ref", "key_domain": [["ref", "=like", f"{prefix}%"]]},
        "fields": {
            "ref": "no",
            "name": "name",
            "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
            "comment": {"column": "remark", "type": "text", "empty": "clear"},
        },
    }


@dataclass(frozen=True)
class Story:
    """A project whose page is served.

    Attributes:
        url: of the page.
        prefix: of the keys of its partners.
    """

    project: Project
    url: str
    prefix: str
    server: Server

    def rows(self, *rows: tuple[str, str, str, str]) -> None:
        """Write the source: number, name, country, remark."""
        names = ("no", "name", "country", "remark")
        told = [dict(zip(names, (f"{self.prefix}{row[0]}", *row[1:]), strict=True)) for row in rows]
        self.project.rows(told, "customers.csv")

    def partners(self) -> list[tuple[str, str]]:
        """Name and country of those that Odoo has."""
        server = self.server
        with OdooClient(server.url, server.db, user=server.user, api_key=server.api_key) as odoo:
            domain = [["ref", "=like", f"{self.prefix}%"]]
            found = odoo.search_read("res.partner", domain, ["name", "country_id"], order="ref")
        return [(one["name"], one["country_id"][1] if one["country_id"] else "") for one in found]


@contextmanager
def story_of(root: Path, server: Server, prefix: str) -> Iterator[Story]:
    """The page of a new project, as long as the context lasts."""
    project = Project(root, clean_environment())
    main = {"url": server.url, "db": server.db, "user": server.user, "api_key": server.api_key}
    project.write("project.yaml", yaml.safe_dump({"connections": {"main": main}, "page": PAGE}, sort_keys=False))
    project.write("customers.yaml", customers(prefix))
    process = project.start("--log-format", "json", "serve", "--port", "0")
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    try:
        for line in process.stderr or ():
            said.append(line)
            if '"page_began"' in line:
                break
        else:
            raise AssertionError("".join(said))
        url = json.loads(said[-1])["url"].rstrip("/")
        reader.start()
        yield Story(project, url, prefix, server)
    finally:
        process.terminate()
        code = process.wait(30)
        if reader.ident is not None:
            reader.join(10)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
    assert code == 0, "".join(said)


@dataclass
class Person:
    """Somebody before a browser.

    Attributes:
        name: of their screenshots.
        looks: they look closely at each page.
        seen: what they have looked at.
    """

    page: Page
    name: str
    looks: bool = True
    seen: list[str] = field(default_factory=list)

    def look(self, what: str) -> None:
        """Look at the page: axe finds nothing, nothing is cut off; a screenshot, where somebody wants to look at it."""
        if not self.looks or what in self.seen:
            return
        self.seen.append(what)
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{self.name}-{len(self.seen):02}-{what}.png", full_page=True)
        assert violations(self.page) == [], what
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), what

    def log_in(self, token: str) -> None:
        """By a token."""
        self.page.goto("/login")
        self.page.get_by_label("Token").fill(token)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()

    def until_ended(self, verdict: str) -> None:
        """Watch a run until its report is there, and says this."""
        expect(self.page.locator(".run-head .chip")).to_have_text(verdict, timeout=PATIENCE_MS)

    def tab_to(self, name: str) -> None:
        """Press Tab until what is called so has the focus."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if name in self.page.evaluate(_FOCUSED):
                return
        raise AssertionError(f"no {name!r} can be reached with the keyboard")

    def press(self, name: str) -> None:
        """Go to a link or a button with the keyboard, and press it."""
        self.tab_to(name)
        self.page.keyboard.press("Enter")


_FOCUSED = """(() => {
  const one = document.activeElement;
  if (!one.matches("a, button, input, select, summary")) return "";
  const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
  return `${label} ${one.innerText || ""} ${one.value || ""}`;
})()"""


@contextmanager
def person_at(browser: Browser, story: Story, name: str, *, looks: bool = True, **options: Any) -> Iterator[Person]:
    """Somebody who has not logged in yet; in the end the browser has had nothing to complain of."""
    context = browser.new_context(base_url=story.url, **options)
    try:
        person = Person(context.new_page(), name, looks)
        person.page.set_default_timeout(15_000)
        complaints = complaints_of(person.page)
        yield person
        assert complaints == []
    finally:
        context.close()


def waited(is_so: Any, within_s: float = 30.0) -> bool:
    """Whether something comes to be so."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False
