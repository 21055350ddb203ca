"""The documentation's site: every page has its place in the navigation, and `make docs` builds it without a warning."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from docs.site.reference import PAGES

ROOT = Path(__file__).parents[4]
LONGEST_CELL = 140
CONFIG = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))


def _named(nav):
    for entry in nav:
        for inner in entry.values() if isinstance(entry, dict) else [entry]:
            yield from _named(inner) if isinstance(inner, list) else [inner]


def test_each_page_is_in_the_navigation_once():
    pages = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    decisions = {page for page in pages if page.startswith("decisions/")}
    named = list(_named(CONFIG["nav"]))
    assert sorted(named) == sorted({*pages - decisions, *PAGES, "index.md"})


def test_decisions_are_numbered_without_a_gap_in_their_names_and_headings():
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [path.name[:5] for path in decisions] == [f"{number:04}-" for number in range(1, len(decisions) + 1)]
    headings = [path.read_text("utf-8").partition(":")[0] for path in decisions]
    assert headings == [f"# {path.name[:4]}" for path in decisions]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `make docs` does; a warning is an error there."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_site_is_whole(site):
    assert (site / "index.html").is_file()
    assert (site / "reference/commands.html").is_file()
    assert "## How to" in (site / "llms.txt").read_text("utf-8")


def test_pages_load_nothing_from_elsewhere(site):
    from html.parser import HTMLParser

    class Loads(HTMLParser):
        """What a page takes from other hosts."""

        def __init__(self):
            super().__init__()
            self.found = []

        def handle_starttag(self, tag, attrs):
            known = dict(attrs)
            loaded = known.get("src") or (
                known.get("href") if tag == "link" and known.get("rel") != "canonical" else None
            )
            if loaded and loaded.startswith(("http", "//")):
                self.found.append((tag, loaded))

    loads = Loads()
    for page in site.rglob("*.html"):
        loads.feed(page.read_text("utf-8"))
    assert [one for one in loads.found if not one[1].startswith(CONFIG["site_url"])] == []


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/**/*.md")), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_cell_of_a_table_holds_a_line(page):
    """What is longer is a list."""
    rows = [line for line in page.read_text("utf-8").splitlines() if line.startswith("|")]
    cells = [cell.strip() for row in rows for cell in re.split(r"(?<!\\)\|", row)]
    assert [cell for cell in cells if len(cell) > LONGEST_CELL] == []
