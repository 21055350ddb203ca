"""The pages that come with the package: which, by name, and by words."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.manual import manual_page, manual_pages, pages, search_manual

ROOT = Path(__file__).parents[3]


def test_every_page_for_users_is_there():
    """Not those for who works on the program: a wheel leaves the same out."""
    names = {page.name for page in manual_pages()}
    assert {"job", "how-to/scheduled", "rejects"} <= names
    assert not {name for name in names if name.startswith(pages.NOT_FOR_USERS)}
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["sources"] == {"docs": "odoo_etl/manual/pages"}
    assert {path for path in wheel["exclude"] if "*" not in path} == {f"docs/{name}" for name in pages.NOT_FOR_USERS}


def test_every_page_says_what_it_is_about():
    """In its title and its first sentence."""
    assert [page.name for page in manual_pages() if not page.title or not page.about] == []


@pytest.mark.parametrize("name", ["how-to/scheduled", "scheduled", "scheduled.md", "docs/how-to/scheduled.md"])
def test_the_last_part_of_a_name_is_enough(name):
    """As is the path that a page links to."""
    assert manual_page(name).name == "how-to/scheduled"


def test_a_name_that_is_not_there():
    """The nearest ones are said."""
    with pytest.raises(UsageError, match="has no page rejcts: did you mean rejects"):
        manual_page("rejcts")


def test_pages_by_words():
    """All of them, in whatever case; a page whose title has them comes first, with its lines."""
    found = search_manual("REJECTS retry")
    assert found[0].page.name == "rejects"
    assert all("reject" in line.lower() or "retry" in line.lower() for _, line in found[0].lines)
    assert [number for number, _ in found[0].lines] == sorted(number for number, _ in found[0].lines)
    assert all("retry" in one.page.text.lower() for one in found)
    assert search_manual("nobodywouldwritethis") == []


def test_a_search_for_nothing():
    """It is told."""
    with pytest.raises(UsageError, match="--search needs a word"):
        search_manual(" ")
