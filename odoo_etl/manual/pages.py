"""The pages: where they lie, one by its name, and those that say something of some words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from odoo_etl.errors import UsageError
from odoo_etl.manual.texts import about_of, title_of

INSTALLED = Path(__file__).with_name("pages")  # pyproject.toml puts docs/ there
CHECKOUT = Path(__file__).parents[2] / "docs"
NOT_FOR_USERS = ("decisions", "develop", "site")  # pyproject.toml leaves them out, too


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page of the documentation.

    Attributes:
        name: its path below docs/, without `.md`, such as `rejects` or `how-to/scheduled`.
        text: in Markdown.
    """

    name: str
    text: str

    @property
    def title(self) -> str:
        """Its first heading."""
        return title_of(self.text, self.name)

    @property
    def about(self) -> str:
        """Its first sentence, as plain text."""
        return about_of(self.text)


@dataclass(frozen=True, slots=True)
class Found:
    """A page that has all words of a search.

    Attributes:
        lines: numbers and texts of the lines with most of these words, in the order of the page.
    """

    page: ManualPage
    lines: tuple[tuple[int, str], ...]


def manual_pages() -> list[ManualPage]:
    """All pages, by name."""
    folder = INSTALLED if INSTALLED.is_dir() else CHECKOUT
    below = sorted(path.relative_to(folder) for path in folder.rglob("*.md"))
    kept = [path for path in below if path.parts[0] not in NOT_FOR_USERS]
    return [ManualPage(path.with_suffix("").as_posix(), (folder / path).read_text("utf-8")) for path in kept]


def manual_page(name: str) -> ManualPage:
    """The page of a name; its last part is enough.

    Raises:
        UsageError: there is no such page.
    """
    pages = {page.name: page for page in manual_pages()}
    wanted = name.removesuffix(".md").removeprefix("docs/").lower()
    found = [pages[each] for each in pages if wanted in {each, each.rpartition("/")[2]}]
    if len(found) == 1 or (found and found[0].name == wanted):
        return found[0]
    known = {each.rpartition("/")[2]: each for each in pages} | {each: each for each in pages}
    near = [page.name for page in found] or [known[each] for each in get_close_matches(wanted, known, 3)]
    hint = f"did you mean {' or '.join(dict.fromkeys(near))}? " if near else ""
    raise UsageError(f"the documentation has no page {name}: {hint}`odoo-etl docs` lists them, --search finds words")


def search_manual(words: str, most_lines: int = 3) -> list[Found]:
    """The pages that have all words, in any case: first where the title has them, then where they stand most often.

    Args:
        words: separated by spaces.
        most_lines: of each page.

    Raises:
        UsageError: no word is given.
    """
    wanted = [word.lower() for word in words.split()]
    if not wanted:
        raise UsageError("--search needs a word to look for, such as --search timezone")
    pages = [(page, page.text.lower()) for page in manual_pages()]
    having = [(page, text) for page, text in pages if all(word in text for word in wanted)]
    having.sort(key=lambda one: _weight(one[0], one[1], wanted), reverse=True)
    return [Found(page, _lines(page.text, wanted, most_lines)) for page, _ in having]


def _weight(page: ManualPage, text: str, wanted: Sequence[str]) -> tuple[int, int]:
    title = f"{page.name} {page.title}".lower()
    return sum(word in title for word in wanted), sum(text.count(word) for word in wanted)


def _lines(text: str, wanted: Sequence[str], most: int) -> tuple[tuple[int, str], ...]:
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    scored = [(sum(word in line.lower() for word in wanted), -number, line) for number, line in numbered]
    best = sorted((one for one in scored if one[0]), reverse=True)[:most]
    return tuple(sorted((-number, line) for _, number, line in best))
