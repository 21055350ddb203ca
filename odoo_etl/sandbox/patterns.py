"""LIKE as PostgreSQL understands it: `%` and `_` match anything, a backslash makes the next character plain."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=512)
def _compiled(pattern: str, ignore_case: int) -> re.Pattern[str]:
    parts = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            parts.append(re.escape(next(characters, "\\")))
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(character))
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def like_matches(value: object, pattern: str, ignore_case: int) -> int | None:
    """1 when the whole of `value` matches, 0 when not, None for an empty cell (registered in SQLite)."""
    if value is None:
        return None
    return int(_compiled(pattern, ignore_case).fullmatch(str(value)) is not None)
