"""Connections to SQL databases for reading: nothing can be written, and no password gets into a message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from odoo_etl.errors import SourceError
from odoo_etl.sql_urls import UnreadableUrl, describe_url, parse_url, passwords_of
from odoo_etl.text import redacted

_EXAMPLES = "sqlite:///shop.db or postgresql+psycopg://user:password@host/database"
# Python module of a driver to what to install; for the others the name of the module is the best guess.
_INSTALL = {"psycopg": "'odoo-etl[postgres]'", "psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient"}

_IMPATIENT = {"psycopg", "psycopg2", "mysqldb"}  # left alone, they wait for a connection as long as the network does
_PATIENCE_S = 30
_TIME_ZONE = re.compile(r"timezone=(\S+)", re.IGNORECASE)  # in options=-c TimeZone=Europe/Berlin


@contextmanager
def connect(url: str) -> Iterator[sa.Connection]:
    """A connection in a transaction that is read-only where the database can do that, and always rolled back.

    Raises SourceError: unreadable URL, unknown or missing driver, missing SQLite file, refused connection.
    """
    engine = _engine(_parse(url))
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        raise SourceError(
            f"{describe(url)}: cannot connect: {safe_text(error, url)} (check host, port, user and password in url:)"
        ) from None  # the driver's own text may hold the password
    try:
        with connection:
            _in_its_zone(connection, url)
            yield connection
    finally:
        engine.dispose()


def describe(url: str) -> str:
    """The database of `url` for a message: kind, host, port and name; no user, password or options."""
    return describe_url(_parse(url))


def safe_text(error: SQLAlchemyError, url: str, secrets: Iterable[object] = ()) -> str:
    """The message of the database, on one line, without the statement, any secret of `url`, and `secrets`."""
    said = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    return " ".join(redacted(said, (*passwords_of(_parse(url)), *secrets)).split())


def _parse(url: str) -> sa.URL:
    try:
        return parse_url(url)
    except UnreadableUrl as error:
        raise SourceError(f"the url: of the SQL source {error} (write it like {_EXAMPLES})") from None


def _engine(url: sa.URL) -> sa.Engine:
    """An engine without pool: a source opens one connection and closes it."""
    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if url.get_backend_name() == "postgresql":
        options["execution_options"] = {"postgresql_readonly": True}
    if url.get_backend_name() == "sqlite":
        url = _existing_sqlite(url)
    try:
        if url.get_driver_name() in _IMPATIENT and "connect_timeout" not in url.query:
            options["connect_args"] = {"connect_timeout": _PATIENCE_S}
        engine = sa.create_engine(url, **options)
    except NoSuchModuleError as error:
        raise SourceError(
            f"{url.drivername}: SQLAlchemy knows no such database (write url: like {_EXAMPLES})"
        ) from error
    except ImportError as error:
        module = error.name or url.get_driver_name()
        raise SourceError(
            f"{url.drivername}: the driver {module} is not installed (pip install {_INSTALL.get(module, module)})"
        ) from error
    if url.get_driver_name() == "psycopg":
        from odoo_etl.sources.postgresql import read_every_value  # noqa: PLC0415 - psycopg is an extra

        sa.event.listen(engine, "connect", lambda connection, _: read_every_value(connection))
    return engine


def _in_its_zone(connection: sa.Connection, url: str) -> None:
    """Give the session the time zone that the URL names, else UTC: not that of the role, or of whoever runs the job."""
    if connection.dialect.name == "postgresql":
        named = _TIME_ZONE.search(str(_parse(url).query.get("options", "")))
        connection.execute(sa.select(sa.func.set_config("TimeZone", named[1] if named else "UTC", True)))


def _existing_sqlite(url: sa.URL) -> sa.URL:
    """The URL that opens an SQLite file read-only; SQLite itself would make a new, empty file."""
    name = url.database or ""
    if name in {"", ":memory:"} or name.startswith("file:"):
        return url
    path = Path(name)
    if not path.is_file():
        raise SourceError(f"{path}: no such SQLite database (a relative path starts at the folder of the job file)")
    read_only = url.set(database=f"file:{quote(str(path.absolute()))}")
    return read_only.update_query_dict({"mode": "ro", "uri": "true"})
