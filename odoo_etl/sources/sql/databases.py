"""Connections to SQL databases for reading: nothing can be written, and no password gets into a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from odoo_etl.errors import SourceError
from odoo_etl.sources.sql.sessions import begin_session
from odoo_etl.sql_urls import UnreadableUrl, describe_url, parse_url, passwords_of
from odoo_etl.text import redacted

_EXAMPLES = "sqlite:///shop.db or postgresql+psycopg://user:password@host/database"
# Python module of a driver to what to install; for the others the name of the module is the best guess.
_INSTALL = {
    "psycopg": "'odoo-etl[postgres]'",
    "pymysql": "'odoo-etl[mysql]'",
    "pymssql": "'odoo-etl[mssql]'",
    "oracledb": "'odoo-etl[oracle]'",
    "psycopg2": "psycopg2-binary",
    "MySQLdb": "mysqlclient",
}

_IMPATIENT = {"psycopg", "psycopg2", "mysqldb"}  # left alone, they wait for a connection as long as the network does
_PATIENCE_S = 30


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
            _begin(connection, url)
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
        raise missing_driver(url, error) from error
    if url.get_driver_name() in _READ_EVERY_VALUE:
        sa.event.listen(engine, "connect", _READ_EVERY_VALUE[url.get_driver_name()])
    return engine


def _by_psycopg(connection: Any, _: object) -> None:
    from odoo_etl.sources.sql.postgresql import read_every_value

    read_every_value(connection)


def _by_pymysql(connection: Any, _: object) -> None:
    from odoo_etl.sources.sql.mysql import read_every_value

    read_every_value(connection.decoders)


_READ_EVERY_VALUE = {"psycopg": _by_psycopg, "pymysql": _by_pymysql}  # each an extra, loaded where it is used


def _begin(connection: sa.Connection, url: str) -> None:
    try:
        begin_session(connection, _parse(url))
    except SQLAlchemyError as error:
        raise SourceError(f"{describe(url)}: the session cannot be made read-only: {safe_text(error, url)}") from None


def missing_driver(url: sa.URL, error: ImportError) -> SourceError:
    """The error of a driver that is not there, which says what to install."""
    module = error.name or url.get_driver_name()
    return SourceError(
        f"{url.drivername}: the driver {module} is not installed (pip install {_INSTALL.get(module, module)})"
    )


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
