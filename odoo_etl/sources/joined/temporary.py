"""Temporary databases: in memory while they are small, else in a file without a name."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.private_files import unpickled

MOST_PAGES: Final = 2**32 - 2
FullDisk = sqlite3.OperationalError  # as far as a file of our own can fail

_CACHE = "PRAGMA cache_size = -8000"  # kilobytes that stay in memory; an index in the making has as much


def temporary_database(tables: str, most_pages: int = MOST_PAGES) -> sqlite3.Connection:
    """A database with these tables, gone when it is closed, in which a transaction has begun.

    Args:
        most_pages: of 4 kB, that it may have.
    """
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # one reader at a time
    database.executescript(f"{_CACHE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {tables}")
    database.execute(f"PRAGMA max_page_count = {most_pages}")
    database.execute("BEGIN")
    return database


@contextmanager
def room_for(what: str) -> Iterator[None]:
    """A full disk, while such a database is used, is a SourceError.

    Args:
        what: `lines`, say, which wait there.
    """
    try:
        yield
    except FullDisk as error:
        message = f"{what} wait in a temporary file, which cannot be written: {error}; TMPDIR names another folder"
        raise SourceError(message) from error


def kept(value: Any) -> bytes:
    """A value as such a database keeps it."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def restored(content: bytes) -> Any:
    """The value that was kept."""
    return unpickled(BytesIO(content))
