"""The names of columns: folded, cut into words, compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MARKS = re.compile(r"[^\w%#Σ]+|_")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "°": "o", "№": "no"})
_LEAST_ALIKE = 0.86
_SHORT = 3


@lru_cache(maxsize=50_000)
def folded(name: str) -> str:
    """A name in small letters without accents, its words spaced by blanks: `ShipTo-Straße` is `ship to strasse`."""
    spaced = _CAMEL.sub(" ", name) if not name.isupper() else name
    plain = unicodedata.normalize("NFKD", spaced.translate(_LETTERS).lower())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(_MARKS.sub(" ", letters).split())


@lru_cache(maxsize=200_000)
def alike(one: str, other: str) -> float:
    """How much a folded header is a known name, from 0 to 1."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if one.replace(" ", "") == other.replace(" ", ""):
        return 0.99
    mine, theirs = one.split(), other.split()
    if sorted(mine) == sorted(theirs):
        return 0.95
    return max(_misspelt(one, other), _partly(mine, theirs))


def _misspelt(one: str, other: str) -> float:
    """Names that differ in a letter or two; short ones differ much then."""
    if min(len(one), len(other)) <= _SHORT:
        return 0.0
    mine, theirs = one.split(), other.split()
    pairs = (
        zip(mine, theirs, strict=True) if len(mine) == len(theirs) else [(one.replace(" ", ""), other.replace(" ", ""))]
    )
    ratio = min(_ratio(word, like) for word, like in pairs)
    return ratio * 0.92 if ratio >= _LEAST_ALIKE else 0.0


def _ratio(one: str, other: str) -> float:
    return 1.0 if one == other else fuzz.ratio(one, other) / 100 if min(len(one), len(other)) > _SHORT else 0.0


def _partly(mine: list[str], theirs: list[str]) -> float:
    """Names of which one is the other with further words; a header that says less than the name is a weaker hint."""
    short, long = (theirs, mine) if len(mine) > len(theirs) else (mine, theirs)
    if not set(short) <= set(long) or len("".join(short)) <= 2:
        return 0.0
    share = len("".join(short)) / len("".join(long))
    return 0.45 + 0.3 * share if long is mine else 0.35 + 0.25 * share
