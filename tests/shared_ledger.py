"""A ledger that the tests of a file share, one after the other: opening one takes longer than most of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from odoo_etl.state import Ledger, open_ledger


@dataclass(frozen=True)
class SharedLedger:
    """An open ledger whose content is put back for each test.

    Attributes:
        empty: its content when it was new.
    """

    ledger: Ledger
    path: Path
    empty: sqlite3.Connection

    def content(self) -> sqlite3.Connection:
        """A copy of its present content, in memory."""
        return content_of(self.path)

    def put(self, content: sqlite3.Connection) -> Ledger:
        """The ledger with this content and no other."""
        with closing(sqlite3.connect(self.path)) as file:
            content.backup(file)
        return self.ledger


def content_of(path: Path) -> sqlite3.Connection:
    """A copy of a SQLite file, in memory."""
    copy = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(path)) as file:
        file.backup(copy)
    return copy


@contextmanager
def shared(folder: Path) -> Iterator[SharedLedger]:
    """A ledger in a folder, open until the last test has had it."""
    path = folder / "state.db"
    with open_ledger(f"sqlite:///{path}", folder) as ledger, closing(content_of(path)) as empty:
        yield SharedLedger(ledger, path, empty)
