"""Records of all pages put aside in a temporary file: each once, sorted where the job wants them so."""

from __future__ import annotations

import hashlib
import json
import pickle
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from odoo_etl.errors import SourceError
from odoo_etl.private_files import unpickled
from odoo_etl.sources.nested import Block

_CACHE = "PRAGMA cache_size = -8000"  # kilobytes; the rest is in a file that has no name
_TABLE = "CREATE TABLE record (number INTEGER PRIMARY KEY, id BLOB UNIQUE, at TEXT, chars INTEGER, content BLOB)"
_PUT = """
INSERT INTO record (id, at, chars, content) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET at = excluded.at, chars = excluded.chars, content = excluded.content
"""
_ALL = "SELECT chars, content FROM record ORDER BY at NULLS FIRST, number"
_MOST_CHARS = 1 << 22  # of the records of one block
_BLOCK_RECORDS = 1_000


class Spool:
    """The records of a source.

    Args:
        most_pages: of 4 kB, that the file may have.
        copy: a file that `copied` has written, which is read; without it, records are going to be put.

    Attributes:
        puts: how many were put.
        records: how many there are, once it is ready.
    """

    def __init__(self, most_pages: int = 2**32 - 2, copy: Path | None = None) -> None:
        self.puts = self.records = 0
        name = f"{copy.absolute().as_uri()}?mode=ro" if copy else ""
        self._db = sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._db.close)  # sources are let go of, and closed by nobody
        if copy is not None:
            return
        self._db.executescript(f"{_CACHE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLE}")
        self._db.execute(f"PRAGMA max_page_count = {most_pages}")
        self._db.execute("BEGIN")

    def put(self, records: Iterable[tuple[bytes | None, str | None, bytes]]) -> None:
        """Keep records as `packed`, after what tells each apart from others and what it is sorted by; None for neither.

        Raises SourceError: the file cannot be written.
        """
        with _told():
            self._db.executemany(_PUT, self._counted(records))

    def _counted(self, records: Iterable[tuple[bytes | None, str | None, bytes]]) -> Iterator[tuple[Any, ...]]:
        for key, at, content in records:
            self.puts += 1
            yield key, at, len(content), content

    def ready(self) -> None:
        """All records are there: they are going to be asked for."""
        with _told():
            self._db.execute("COMMIT")
            ((self.records,),) = self._db.execute("SELECT count(*) FROM record")

    def copied(self, path: Path) -> None:
        """Write all records into a new file, which another process can read. Raises SourceError."""
        with _told():
            self._db.execute("VACUUM INTO ?", (str(path),))

    @property
    def repeats(self) -> int:
        """How many records came again, of which the last one stands."""
        return self.puts - self.records

    def blocks(self) -> Iterator[Block]:
        """All records in their order, numbered from 1."""
        with _told():
            rows, first = self._db.execute(_ALL), 1
            while some := list(_few(rows)):
                records = [unpickled(BytesIO(content)) for _, content in some]
                chars = sum(length for length, _ in some)
                yield Block(records, range(first, first + len(some)), chars=chars)
                first += len(some)


def key_of(values: Sequence[Any]) -> bytes | None:
    """Equal for equal values; None where one is null, which is no value."""
    if None in values:
        return None
    said = json.dumps(values, sort_keys=True, default=str)
    return hashlib.blake2b(said.encode("utf-8", "backslashreplace"), digest_size=16).digest()


def packed(record: dict[str, Any]) -> bytes:
    """A record as bytes, equal for records that were parsed from the same text."""
    return pickle.dumps(record, pickle.HIGHEST_PROTOCOL)


def _few(rows: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """The next rows, until they hold much text."""
    chars = 0
    for row in islice(rows, _BLOCK_RECORDS):
        yield row
        chars += row[0]
        if chars > _MOST_CHARS:
            return


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        message = f"records wait in a temporary file, which cannot be written: {error}; TMPDIR names another folder"
        raise SourceError(message) from error
