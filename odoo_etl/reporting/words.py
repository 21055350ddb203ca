"""Paths, values, counts and sentences as people read them: short, and in so many columns."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import Any, Final

LONGEST_VALUE: Final = 60
NARROW: Final = 80  # columns where nobody knows how many there are


def shown_path(path: Path) -> str:
    """The path as a person in this folder would type it."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def short(value: Any, most: int = LONGEST_VALUE) -> str:
    """A value in a few characters; what is not there is said."""
    return cut("(empty)" if value is None or value in ("", []) else str(value), most)


def cut(text: str, most: int) -> str:
    """The text in so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def in_one_line(text: str) -> str:
    """The text without its ends of lines and wide gaps."""
    return " ".join(text.split())


def counted(count: int, one: str, several: str = "") -> str:
    """`1 row`, `2 rows`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def wrapped(first: str, text: str, width: int, hang: int | None = None) -> list[str]:
    """Lines of so many columns, the first behind `first`; what does not fit goes on below.

    Args:
        hang: how far the later lines begin from the left; as far as the text of the first one.
    """
    indent = " " * (len(first) if hang is None else hang)
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False) or [first]
