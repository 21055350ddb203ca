"""A file with some of its bytes replaced, made beside it and then put into its place."""

from __future__ import annotations

import io
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from odoo_etl.private_files import opener
from odoo_etl.rejects.beside import placed_of

_PIECE: Final = 1 << 20


def mark_of(path: Path) -> str:
    """By what a file is known to be the one that was read. Raises OSError."""
    return mark_of_stat(path.stat())


def mark_of_stat(known: os.stat_result) -> str:
    """The same, of what the system says of it."""
    return f"{known.st_dev}:{known.st_ino}:{known.st_size}:{known.st_mtime_ns}:{known.st_ctime_ns}"


class Splice:
    """The new file as it grows; it takes the place of another with `place`, else nothing was.

    Args:
        source: open for reading bytes.
        target: whose place it is to take; it is made beside that.
    """

    def __init__(self, source: BinaryIO, target: Path) -> None:
        self._source, self._target, self._at = source, target, 0
        self._partial = target.with_name(f"{target.name}.partial")
        self._file = io.BufferedWriter(io.FileIO(self._partial, "wb", opener=opener))

    def __enter__(self) -> Self:
        """Nothing is written yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take what was not placed away."""
        self._file.close()
        self._partial.unlink(missing_ok=True)

    def put(self, begin: int, length: int, data: bytes) -> None:
        """Replace so many bytes from there on; what comes between stays. In the order of the file."""
        self._copy(begin - self._at)
        self._file.write(data)
        self._at = begin + length

    def end(self) -> str:
        """Write the rest, so that all is on the disk; by what the file will be known (`placed_of`). Raises OSError."""
        self._source.seek(self._at)
        while piece := self._source.read(_PIECE):
            self._file.write(piece)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return placed_of(self._partial)

    def place(self) -> None:
        """Put the ended file where it belongs, at once. Raises OSError."""
        self._partial.replace(self._target)

    def _copy(self, length: int) -> None:
        self._source.seek(self._at)
        while length > 0 and (piece := self._source.read(min(length, _PIECE))):
            self._file.write(piece)
            length -= len(piece)
