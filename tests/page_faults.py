"""What a browser and axe find wrong with a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

COMPLAINTS = {
    "error",
    "warning",
    "assert",
}  # others are remarks, such as that the focus was there before the page's own


def complaints_of(page: Page) -> list[str]:
    """The list into which the browser's complaints about a page go from now on."""
    told: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in COMPLAINTS:
            told.append(f"{message.text} ({message.location['url']})")

    page.on("console", hear)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


def violations(page: Page) -> list[str]:
    """What axe finds: rule, and where."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes'][:3]]}" for one in found]
