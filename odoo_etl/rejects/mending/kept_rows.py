"""The rows of a rejects file as they were rejected, found by `_line` without holding them in memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

import orjson

from odoo_etl.rejects.originals import Cells, damaged, originals_file

_FIRST: Final = json.JSONDecoder()


class KeptRows(Mapping[str, Sequence[Cells]]):
    """By what `_line` says, the rows that had it; of a file without originals, none.

    Attributes:
        columns: of the source, as the file has them; None where nothing is kept.
    """

    def __init__(self, db: sqlite3.Connection, rejects: Path) -> None:
        self._db, self._path = db, originals_file(rejects)
        self._file: BinaryIO | None = None
        self.columns: Cells | None = None

    def __enter__(self) -> Self:
        """Open the file. Raises SourceError."""
        try:
            self._file = self._path.open("rb")
            self.columns = tuple(json.loads(next(self._file, b"[]"))[1:])
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            self.close()
            raise damaged(self._path, error) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Give it back."""
        self.close()

    def close(self) -> None:
        """Give it back."""
        if self._file is not None:
            self._file.close()

    def index(self) -> None:
        """Note where each row stands. Raises SourceError."""
        self._db.execute("DELETE FROM originals")
        if self._file is not None:
            self._db.executemany("INSERT INTO originals VALUES (?, ?)", self._places(self._file))

    def _places(self, file: BinaryIO) -> Iterator[tuple[str, int]]:
        try:
            file.seek(0)
            at = len(file.readline())
            for line in file:
                yield _FIRST.raw_decode(line.decode(), 1)[0], at
                at += len(line)
        except (OSError, ValueError, IndexError) as error:
            raise damaged(self._path, error) from error

    def __getitem__(self, place: str) -> list[Cells]:
        """The rows of that line."""
        found = self._db.execute("SELECT at FROM originals WHERE place = ? ORDER BY at", (place,)).fetchall()
        if not found or self._file is None:
            raise KeyError(place)
        rows = []
        for (at,) in found:
            self._file.seek(at)
            rows.append(tuple(_read(self._file.readline())[1:]))
        return rows

    def __iter__(self) -> Iterator[str]:
        """All that `_line` said."""
        yield from (place for (place,) in self._db.execute("SELECT DISTINCT place FROM originals").fetchall())

    def __len__(self) -> int:
        """How many of those there are."""
        return int(self._db.execute("SELECT COUNT(DISTINCT place) FROM originals").fetchone()[0])


def _read(line: bytes) -> list[str]:
    """The row of a line; half a character, which JSON may have, is known to Python's own reader alone."""
    try:
        known: list[str] = orjson.loads(line)
    except orjson.JSONDecodeError:
        known = json.loads(line)
    return known
