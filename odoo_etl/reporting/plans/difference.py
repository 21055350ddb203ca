"""Where two texts differ, in whole words: what they begin and end with alike, and what stands between. Pure."""

from __future__ import annotations

from itertools import takewhile
from typing import Final, NamedTuple

ALIKE: Final = 0.4  # of the shorter text: with less in common, all of it differs
SHOWN: Final = 300  # characters of a text
LONGEST_WORD: Final = 30  # characters
_CONTEXT: Final = 60  # characters before and after what differs


class Parts(NamedTuple):
    """An old and a new text, in parts.

    Attributes:
        before, after: what both have, as much as is shown of it.
        old, new: what only the one and the other has.
        is_cut: some of the texts is left out.
    """

    before: str
    old: str
    new: str
    after: str
    is_cut: bool


def parts_of(old: str, new: str) -> Parts:
    """The parts of two texts, so that what differs is seen, however long they are."""
    begin = _whole_words(old, new, _alike(old, new))
    end = _whole_words(old[::-1], new[::-1], _alike(old[begin:][::-1], new[begin:][::-1]))
    is_long = max(len(old), len(new)) > SHOWN
    if begin + end < max(ALIKE * min(len(old), len(new)), 1):
        return Parts("", _cut(old), _cut(new), "", is_long)
    before, after = old[:begin], old[len(old) - end :]
    own_old, own_new = old[begin : len(old) - end], new[begin : len(new) - end]
    if not is_long:
        return Parts(before, own_old, own_new, after, is_cut=False)
    start = f"…{before[-_CONTEXT:]}" if begin > _CONTEXT else before
    rest = f"{after[:_CONTEXT]}…" if end > _CONTEXT else after
    return Parts(start, _cut(own_old), _cut(own_new), rest, is_cut=True)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _whole_words(old: str, new: str, alike: int) -> int:
    """The same, without the beginning of a word that goes on in one of them, unless that is longer than any word."""
    for place in range(alike, max(alike - LONGEST_WORD, -1), -1):
        goes_on = any(text[place : place + 1].isalnum() for text in (old, new))
        if place == 0 or not (old[place - 1].isalnum() and goes_on):
            return place
    return alike


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
