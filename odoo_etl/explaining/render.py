"""Pages as text for a terminal, as JSON, and as the page of the documentation."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from odoo_etl.explaining.book import Chapter, CodePage

WIDTH = 80
LONGEST_CODE = 36  # in the list; what is longer has a line of its own

_HEAD = """# Codes

Each code that a reject, an error, an exit code or a report has: what it means, an example, the usual causes and the
cure. `odoo-etl explain CODE` says the same in a terminal. Without a code it lists all; `--json` gives it to a program:

```
$ odoo-etl explain lookup_missing
```

A misspelt code is met with the nearest ones. Upper and lower case are the same, and of Odoo's own names the part after
the last dot will do. The texts are in `odoo_etl/explaining/pages/`; `make golden` makes this page of them.
"""


def page_lines(page: CodePage, width: int = WIDTH) -> Iterator[str]:
    """A page for a terminal of that many columns."""
    yield f"{page.code} ({page.chapter})"
    yield from _wrapped(page.means, width, "  ")
    yield ""
    yield from _wrapped(f"For example: {page.example}", width, "  ")
    yield from _listed("Usual causes", page.causes, width)
    yield from _listed("Cure" if len(page.cure) == 1 else "Cure, one of", page.cure, width)
    yield ""
    yield f"  Next: {page.next_command}"


def list_lines(chapters: Iterable[Chapter], width: int = WIDTH) -> Iterator[str]:
    """All codes, a line or two each."""
    for number, chapter in enumerate(chapters):
        if number:
            yield ""
        yield chapter.title
        longest = max(len(page.code) for page in chapter.pages if len(page.code) <= LONGEST_CODE)
        for page in chapter.pages:
            yield from _entry(page, longest, width)


def as_json(pages: Sequence[CodePage]) -> list[dict[str, Any]]:
    """Pages for a program."""
    return [asdict(page) for page in pages]


def as_markdown(chapters: Iterable[Chapter]) -> str:
    """The page of the documentation."""
    return "\n".join([_HEAD, *(line for chapter in chapters for line in _section(chapter))]).rstrip() + "\n"


def _entry(page: CodePage, longest: int, width: int) -> Iterator[str]:
    begin = f"  {page.code:<{longest}}  "
    text = page.means.partition(". ")[0].rstrip(".").replace("`", "")
    if len(page.code) > longest:
        yield f"  {page.code}"
        begin = " " * len(begin)
    yield textwrap.shorten(text, max(width - len(begin), 20), placeholder="…").join([begin, ""])


def _listed(title: str, items: Sequence[str], width: int) -> Iterator[str]:
    yield ""
    yield f"  {title}:"
    for item in items:
        yield from _wrapped(item, width, "  - ", "    ")


def _wrapped(text: str, width: int, begin: str, rest: str = "") -> list[str]:
    options: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.wrap(text, width, initial_indent=begin, subsequent_indent=rest or begin, **options)


def _section(chapter: Chapter) -> Iterator[str]:
    yield from (f"## {chapter.title}", "", chapter.about, "")
    for page in chapter.pages:
        yield from (f"### {page.code}", "", page.means, "", f"For example: {page.example}", "")
        if page.also:
            yield from (f"Also: {', '.join(f'`{name}`' for name in page.also)}.", "")
        yield from ("Usual causes:", "", *(f"- {cause}" for cause in page.causes), "")
        yield from ("Cure:", "", *(f"- {way}" for way in page.cure), "", f"Next: `{page.next_command}`", "")
