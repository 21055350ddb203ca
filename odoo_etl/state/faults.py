"""Errors of the store, in words that say what to do; never with a password."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from odoo_etl.errors import StateError
from odoo_etl.sql_urls import UnreadableUrl, describe_url, parse_url, passwords_of
from odoo_etl.text import redacted

EXAMPLES = "sqlite:///.odoo_etl/state.db or postgresql://user:password@host/database"
_DAMAGED = "the file is damaged: put back a copy of it, or move it away to start with an empty store"
# The beginning of SQLite's name of an error, or of PostgreSQL's SQLSTATE, to the way out.
_ADVICE: Mapping[str, str] = {
    "SQLITE_FULL": "free space on its disk",
    "SQLITE_IOERR": "look after its disk: is it full, or gone?",
    "SQLITE_CANTOPEN": "check that it is a file in a folder where you may write",
    "SQLITE_READONLY": "check that you may write the file and its folder",
    "SQLITE_PERM": "check that you may write the file and its folder",
    "SQLITE_BUSY": "another program holds the file: end it",
    "SQLITE_LOCKED": "another program holds the file: end it",
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_ERROR": _DAMAGED,
    "53": "free space and connections on the database server",
    "25006": "the database can only be read: name its primary server",
    "42": "the user must own the tables whose names begin with etl_, and may create them",
    "28": "check user and password",
    "3D": "create the database, or name another one",
    "08": "check that the database server runs, and host, user, password and database",
    "57P": "check that the database server runs",
}


def parse(url: str) -> sa.URL:
    """The URL of a store; plain `postgresql` and `postgres` mean psycopg 3, which we ship as an extra.

    Raises StateError: not a URL, another database, or SQLite without a file.
    """
    try:
        parsed = parse_url(url)
    except UnreadableUrl as error:
        raise StateError(f"the url: of the state store {error} (write it like {EXAMPLES})") from None
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg", "postgresql+psycopg2"}:
        raise StateError(f"{parsed.drivername}: no state store can be kept there (write url: like {EXAMPLES})")
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StateError(f"the url: of the state store names no file (write it like {EXAMPLES})")
    return parsed


def describe(url: sa.URL) -> str:
    """The store for a message: the file, or host, port and name; no user, password or options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return describe_url(url)


@contextmanager
def translated(url: sa.URL, *, opening: bool) -> Iterator[None]:
    """Turn errors of the database, and of stored values that cannot be read, into StateError."""
    try:
        yield
    except (SQLAlchemyError, zlib.error, ValueError, OSError) as error:
        said = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
        shown = " ".join(_without_secrets(said, url).split())
        text = f"{describe(url)}: the state store failed: {shown} (what was confirmed until then stays true;"
        text += f" {_advice(error)}, then `odoo-etl resume`)"
        if opening:
            text = f"{describe(url)}: the state store cannot be opened: {shown} ({_advice(error)})"
        raise StateError(text) from (error if said == _without_secrets(said, url) else None)


def _without_secrets(said: str, url: sa.URL) -> str:
    return redacted(said, passwords_of(url))


def _advice(error: Exception) -> str:
    if isinstance(error, OSError):
        return "check that you may write the file and its folder"
    if not isinstance(error, DBAPIError):  # a value that cannot be read, a row that must be there
        return _DAMAGED
    name = (
        getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or "08"
    )  # libpq gives no state where there is no connection
    return next((advice for start, advice in _ADVICE.items() if name.startswith(start)), "mend it")
