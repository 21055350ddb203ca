"""LIKE as PostgreSQL understands it: `%` and `_` match anything, a backslash makes the next character plain.

ILIKE is LIKE on small letters.
"""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            parts.append(re.escape(next(characters, "\\")))
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(character))
    return re.compile("".join(parts), re.DOTALL)


def like_matches(value: object, pattern: str, ignore_case: int) -> int | None:
    """1 when the whole of `value` matches, 0 when not, None for an empty cell (registered in SQLite)."""
    if value is None:
        return None
    text, pattern = (_lower(str(value)), _lower(pattern)) if ignore_case else (str(value), pattern)
    return int(_compiled(pattern).fullmatch(text) is not None)


def _lower(text: str) -> str:
    """As `lower()` of PostgreSQL: letter by letter, where Python makes two characters of İ and ς of a last Σ."""
    return text.replace("İ", "i").replace("Σ", "σ").lower()
