"""`visible`: drops what cannot be seen, and would make two texts that look the same differ."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_BLANKS: Final = "\t\n\r"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})  # control, format, unassigned, private, half characters
# Marks and letters without a form of their own: fillers, joiners of glyphs, variation selectors (Unicode's
# Default_Ignorable_Code_Point).
_IGNORABLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_NON_JOINERS, _SELECTORS = "\u200c\u200d", re.compile("[\ufe00-\ufe0f]")
FIRST_JOINED: Final = "\u0590"  # scripts before it (Latin, Greek, Cyrillic, Armenian) join no letters


def visible(text: str) -> str:
    """The text without what cannot be seen; blanks and line breaks stay, and so does what shapes the character before.

    A joiner between letters of scripts that have such (Persian, Hindi, ...) or between emoji changes how they look, and
    so does a selector behind an emoji.
    """
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    for place, char in enumerate(text):
        if _is_seen(char) or (kept and kept[-1] >= FIRST_JOINED and _shapes(char, text[place + 1 : place + 2])):
            kept.append(char)
    return "".join(kept)


def _is_seen(char: str) -> bool:
    if char in _BLANKS:
        return True
    return unicodedata.category(char) not in _UNSEEN and not _IGNORABLE.match(char)


def _shapes(char: str, following: str) -> bool:
    """Whether an unseen character shapes the one before it."""
    joins = char in _NON_JOINERS and following >= FIRST_JOINED and _is_seen(following)
    return joins or bool(_SELECTORS.match(char))
