"""The index of a rejects file: where each row stands and by what it is found, in SQLite, so that no page reads it all.

It is made from the file whenever that is another one, and changed together with it. What it has of the texts is only
for finding: rows that are shown are read from the file itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from odoo_etl.private_files import close_to_others, own_folder

VERSION: Final = 1
WHOLE_ROWS: Final = -1  # the column that has all cells of each row
_WAIT_S: Final = 120.0  # while another process makes the index
_TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE blocks (block INTEGER PRIMARY KEY, begin INTEGER NOT NULL, first INTEGER NOT NULL, rows INTEGER NOT NULL);
CREATE TABLE rows (
    n INTEGER PRIMARY KEY, block INTEGER NOT NULL, rel INTEGER NOT NULL, length INTEGER NOT NULL, digest BLOB NOT NULL,
    place TEXT NOT NULL, code TEXT NOT NULL, field TEXT NOT NULL, changed INTEGER NOT NULL, new_key INTEGER NOT NULL
);
CREATE INDEX rows_by_code ON rows (code, field);
CREATE INDEX rows_by_place ON rows (place);
CREATE INDEX rows_changed ON rows (n) WHERE changed;
CREATE INDEX rows_with_new_key ON rows (n) WHERE new_key;
CREATE TABLE cells (block INTEGER, col INTEGER, text BLOB NOT NULL, PRIMARY KEY (block, col));
CREATE TABLE originals (place TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX originals_by_place ON originals (place);
"""
_EMPTIED: Final = (
    "DELETE FROM meta",
    "DELETE FROM blocks",
    "DELETE FROM rows",
    "DELETE FROM cells",
    "DELETE FROM originals",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as the index has it.

    Attributes:
        begin: where its first byte stands in the file.
        place: what its `_line` says.
    """

    n: int
    block: int
    begin: int
    length: int
    place: str


class Index:
    """The open index, inside a transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def known(self, name: str) -> str:
        """The note under a name; "" where there is none."""
        found = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return found[0] if found else ""

    def know(self, **values: str) -> None:
        """Note something."""
        self.db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def clear(self) -> None:
        """Forget all."""
        for statement in _EMPTIED:
            self.db.execute(statement)

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return int(self.db.execute("SELECT COALESCE(SUM(rows), 0) FROM blocks").fetchone()[0])

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """Some rows, in that order; those that are not there are left out."""
        query = (
            "SELECT n, rows.block, begin + rel, length, place FROM rows JOIN blocks ON rows.block = blocks.block"
            " WHERE n = ?"
        )
        found = (self.db.execute(query, (number,)).fetchone() for number in numbers)
        return [Entry(*one) for one in found if one]

    def entries_of(self, numbers: Iterable[int]) -> Iterator[list[Entry]]:
        """Rows, which are given in the order of the file, by their blocks."""
        waiting: list[Entry] = []
        for number in numbers:
            for entry in self.entries([number]):
                if waiting and waiting[0].block != entry.block:
                    yield waiting
                    waiting = []
                waiting.append(entry)
        if waiting:
            yield waiting


@contextmanager
def opened(path: Path, *, to_write: bool) -> Iterator[Index]:
    """The index of a rejects file, in one transaction; other processes that would write wait for its end.

    An index that is damaged, or of another version, is made anew by whoever finds that its file is unknown.

    Raises OSError.
    """
    own_folder(path.parent)
    with closing(_connected(path)) as db:
        close_to_others(path)
        db.execute("BEGIN IMMEDIATE" if to_write else "BEGIN")
        try:
            yield Index(db)
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return _prepared(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:  # damaged, as by a power cut: nothing is in it that is not in the file
        path.unlink(missing_ok=True)
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA secure_delete = ON")
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            _made(db)
    except BaseException:
        db.close()
        raise
    return db


def _made(db: sqlite3.Connection) -> None:
    """Make its tables, unless another process has done so meanwhile."""
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            db.execute(f'DROP TABLE "{name}"')
        for statement in _TABLES.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")
