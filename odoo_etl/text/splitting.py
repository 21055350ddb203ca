"""Several values in one cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*')


def values_in(cell: Any, mark: str | None) -> list[Any]:
    """The values of a cell, without blanks around them; empty ones are none.

    A list has its items; without a mark, a text is one value.

    A value in quotes may hold the mark: `"Salt | Pepper"|Sugar`. A quote anywhere else is a character as any other.
    """
    if isinstance(cell, (list, tuple)):
        return [one for one in cell if one is not None and one != ""]
    if not isinstance(cell, str) or not mark:
        return [] if cell is None or cell == "" else [cell]
    pieces = _pieces(cell, mark) if '"' in cell else (one.strip() for one in cell.split(mark))
    return [one for one in pieces if one]


def _pieces(text: str, mark: str) -> Iterator[str]:
    at = 0
    while at <= len(text):
        quoted = _QUOTED.match(text, at)
        if quoted and (quoted.end() == len(text) or text.startswith(mark, quoted.end())):
            yield quoted[1].replace('""', '"').strip()
            at = quoted.end() + len(mark)
            continue
        end = text.find(mark, at)
        end = len(text) if end < 0 else end
        yield text[at:end].strip()
        at = end + len(mark)
