"""The pages as the files of `pages/` hold them, and how one is found by its code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from odoo_etl.errors import UsageError

NEAREST = 5  # codes that a message names
ODOOS_OWN = "refused"  # the page for names of Odoo that have none


@dataclass(frozen=True, slots=True)
class CodePage:
    """One code.

    Attributes:
        code: as reports, errors and the shell show it.
        chapter: the title of the chapter that it is in.
        means: in one sentence, or two.
        causes: the usual ones, the most usual first.
        cure: ways out, of which one is enough.
        next_command: what to call then.
        also: other names for the same, such as narrower classes of errors.
    """

    code: str
    chapter: str
    means: str
    example: str
    causes: tuple[str, ...]
    cure: tuple[str, ...]
    next_command: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """Codes of one kind."""

    title: str
    about: str
    pages: tuple[CodePage, ...]


@cache
def all_chapters() -> tuple[Chapter, ...]:
    """Every chapter, in order."""
    texts = sorted((one for one in files(__package__).joinpath("pages").iterdir()), key=lambda one: one.name)
    return tuple(_chapter(yaml.safe_load(one.read_text("utf-8"))) for one in texts if one.name.endswith(".yaml"))


def explain(code: str) -> tuple[CodePage, ...]:
    """The pages of a code, by any case: one, or several where different things have the name.

    Any name of Odoo has one, if only that of all that Odoo refuses.

    Raises:
        UsageError: no page has it; the nearest codes are named.
    """
    wanted = _plain(code)
    if found := tuple(page for page in _pages() if wanted in map(_plain, _names(page))):
        return found
    if "." in wanted:  # Odoo's own name of an error, of which any module may have some
        return explain(ODOOS_OWN)
    names = {_plain(name): page.code for page in _pages() for name in _names(page)}
    near = dict.fromkeys(names[one] for one in get_close_matches(wanted, names, NEAREST, 0.6))
    hint = f"did you mean {', '.join(near)}?" if near else "`odoo-etl explain` lists all codes"
    raise UsageError(f"there is no code {code!r}: {hint}")


def _pages() -> Iterator[CodePage]:
    for chapter in all_chapters():
        yield from chapter.pages


def _names(page: CodePage) -> Iterator[str]:
    """The code, what stands after its last dot, and its other names."""
    yield page.code
    yield page.code.rpartition(".")[2]
    yield from page.also


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def _chapter(known: dict[str, Any]) -> Chapter:
    pages = (_page(str(code), known["title"], fields) for code, fields in known["pages"].items())
    return Chapter(known["title"], known["about"], tuple(pages))


def _page(code: str, chapter: str, known: dict[str, Any]) -> CodePage:
    return CodePage(
        code=code,
        chapter=chapter,
        means=known["means"],
        example=known["example"],
        causes=tuple(known["causes"]),
        cure=tuple(known["cure"]),
        next_command=known["next"],
        also=tuple(known.get("also", ())),
    )
