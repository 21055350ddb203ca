"""The header of a column: what it says, without the words that only say how."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from odoo_etl.guessing.names import alike, folded
from odoo_etl.guessing.words import Meaning, known_words

_PATH: Final = re.compile(r"[^/]+(?:/[^/]+)+")
_AT_LANGUAGE: Final = re.compile(r"(.+)@([a-z]{2,3}_[A-Z]{2})")
_IN_BRACKETS: Final = re.compile(r"[(\[]([^)\]]*)[)\]]")
_LEAST: Final = 0.5
_LEAST_REST: Final = 2


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a column.

    Attributes:
        name: as the file has it.
        full: folded, with every word.
        core: folded, without words such as `EUR`, `netto`, `ISO`; the same as `full` where nothing else is left.
        in_cents: whether amounts are hundredths.
        path: of a header as Odoo exports it, `Country/Code`, its parts; else empty.
    """

    name: str
    full: str
    core: str
    in_cents: bool
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owned:
    """A header that is somebody's something: `Kundennummer` is the number of a partner.

    Attributes:
        entity: whose it is.
        rest: folded: what it is, "" where the header is the entity alone.
    """

    entity: Meaning
    rest: str


@lru_cache(maxsize=5_000)
def heading_of(name: str) -> Heading:
    """The parts of a header."""
    words = known_words()
    full = folded(name)
    outside = folded(_IN_BRACKETS.sub(" ", name)) or full
    kept = [word for word in outside.split() if word not in words.hints]
    core = " ".join(kept) or outside
    in_cents = any(word in words.cents for word in full.split()) and len(full.split()) > 1
    path = tuple(part.strip() for part in name.split("/")) if _PATH.fullmatch(name) else ()
    return Heading(name, full, core, in_cents, path)


def language_of(name: str, languages: Collection[str], columns: Collection[str]) -> tuple[str, str]:
    """The column that a column is the translation of, and the language; two empty texts where it is none.

    `name@fr_FR` says it; `name_fr` and `Name (FR)` say it beside a column that is called `name`.
    """
    if said := _AT_LANGUAGE.fullmatch(name):
        return said[1], said[2]
    words = folded(name).split()
    if len(words) < 2:
        return "", ""
    language = next(
        (code for code in sorted(languages) if code.lower().startswith(words[-1] + "_") and len(words[-1]) == 2), ""
    )
    base = next((other for other in columns if folded(other).split() == words[:-1]), "")
    return (base, language) if language and base else ("", "")


@lru_cache(maxsize=5_000)
def meanings_of(core: str) -> tuple[tuple[Meaning, float, str], ...]:
    """The concepts that a folded header may be a word for, how much, and in which language."""
    return _fitting(core, known_words().concepts)


@lru_cache(maxsize=5_000)
def entities_of(core: str) -> tuple[tuple[Meaning, float, str], ...]:
    """The kinds of records that a folded header may be a word for, how much, and in which language."""
    return _fitting(core, known_words().entities)


def _fitting(core: str, meanings: Collection[Meaning]) -> tuple[tuple[Meaning, float, str], ...]:
    found = []
    for one in meanings:
        score, word = max((alike(core, word), word) for word in one.words)
        if score >= _LEAST:
            found.append((one, score, one.words[word]))
    return tuple(found)


@lru_cache(maxsize=5_000)
def owned_by(core: str) -> tuple[Owned, ...]:
    """Whose something a folded header is: of each entity, the longest word that begins or ends it."""
    found = []
    for entity in known_words().entities:
        rests = [rest for word in entity.words for rest in _rest(core, word)]
        if rests:
            found.append(Owned(entity, min(rests, key=len)))
    return tuple(found)


def _rest(core: str, word: str) -> list[str]:
    """The header without a word at its beginning or end, which may be grown together with it."""
    if core == word:
        return [""]
    rests = []
    if core.startswith(f"{word} "):
        rests.append(core[len(word) + 1 :])
    if core.endswith(f" {word}"):
        rests.append(core[: -len(word) - 1])
    joined = core.removeprefix(word)
    if len(word) > 4 and joined != core and " " not in core and len(joined) >= _LEAST_REST:
        rests.append(joined[1:] if joined[0] == "s" and meanings_of(joined[1:]) else joined)
    return rests
