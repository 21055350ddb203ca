"""Short names of the files of a source, each another one: files of one name may stand in different folders."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

MAGIC = "*?["


class FileNames:
    """Names the files that a pattern matches, from the last folder on that all of them share.

    Args:
        have_sheets: the rows of one file may be of one or another sheet, which is part of its name.

    Attributes:
        are_several: whether the pattern may match several, or sheets of one.
    """

    def __init__(self, pattern: str, *, have_sheets: bool = False) -> None:
        self.are_several = _is_magic(pattern) or have_sheets
        shared = Path(*takewhile(lambda part: not _is_magic(part), Path(pattern).parts))
        self._shared = shared if _is_magic(pattern) else shared.parent

    def of(self, file: str) -> str:
        """The name of a file; "" where there is only one, and as it is where a rejects file has named it already."""
        if not self.are_several:
            return ""
        path = Path(file)
        return path.relative_to(self._shared).as_posix() if path.is_relative_to(self._shared) else file


def _is_magic(text: str) -> bool:
    return any(mark in text for mark in MAGIC)
