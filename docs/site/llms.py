"""llms.txt: what the documentation has, for programs that read it, in the form of llmstxt.org."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs.site.reference import PAGES, ROOT, first_page
from odoo_etl.manual import about_of, title_of


@dataclass(frozen=True)
class Page:
    """One page of the site.

    Attributes:
        section: of the navigation.
        path: below the folder of the documentation.
    """

    section: str
    path: str
    text: str

    @property
    def title(self) -> str:
        """Its first heading."""
        return title_of(self.text, self.path)

    @property
    def about(self) -> str:
        """Its first sentence, as plain text."""
        return about_of(self.text)


@dataclass(frozen=True)
class Written:
    """All pages, in the order of the navigation."""

    name: str
    description: str
    url: str
    pages: tuple[Page, ...]

    def index(self) -> str:
        """llms.txt itself."""
        lines, section = [f"# {self.name}", "", f"> {self.description}"], ""
        for page in self.pages:
            if page.section != section:
                section = page.section
                lines += ["", f"## {section}", ""]
            about = f": {page.about}" if page.about else ""
            lines.append(f"- [{page.title}]({self.url}{page.path.removesuffix('.md')}.html){about}")
        return "\n".join(lines) + "\n"


def written(config: Mapping[str, Any]) -> Written:
    """The pages that the navigation names."""
    pages = tuple(Page(section, path, _text(path)) for section, path in _paths(config["nav"], ""))
    return Written(config["site_name"], config["site_description"], config["site_url"], pages)


def whole(site: Written) -> str:
    """llms-full.txt: the text of every page."""
    return "\n\n".join(page.text.strip() for page in site.pages) + "\n"


def _paths(nav: list[Any], section: str) -> Iterator[tuple[str, str]]:
    for entry in nav:
        titled = entry if isinstance(entry, dict) else {"": entry}
        for title, inner in titled.items():
            if isinstance(inner, list):
                yield from _paths(inner, section or title)
            else:
                yield section or title, inner


def _text(path: str) -> str:
    if path == "index.md":
        return first_page()
    return PAGES[path]() if path in PAGES else (Path(ROOT) / "docs" / path).read_text("utf-8")
