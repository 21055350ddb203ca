"""Sessions of SQL databases as a source wants them: nothing can be written, and days begin where the job expects it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

MYSQL: Final = frozenset({"mysql", "mariadb"})

_ISO_DATES: Final = "YYYY-MM-DD HH24:MI:SS"
# What is said before the query. SQL Server has no read-only session: what a query does there is only rolled back.
_BEFORE: Final = {
    **dict.fromkeys(MYSQL, ("SET SESSION TRANSACTION READ ONLY",)),
    "mssql": ("SET DATEFORMAT ymd",),
    "oracle": (
        f"ALTER SESSION SET NLS_DATE_FORMAT = '{_ISO_DATES}'",
        f"ALTER SESSION SET NLS_TIMESTAMP_FORMAT = '{_ISO_DATES}.FF'",
        "ALTER SESSION SET TIME_ZONE = 'UTC'",
        "SET TRANSACTION READ ONLY",  # the first statement of its transaction
    ),
}
_ZONE_IN_OPTIONS: Final = re.compile(r"timezone=(\S+)", re.IGNORECASE)  # in options=-c TimeZone=Europe/Berlin
_ZONE_SET: Final = re.compile(r"\btime_zone\b", re.IGNORECASE)  # in init_command=SET time_zone='Europe/Berlin'


def begin_session(connection: sa.Connection, url: sa.URL) -> None:
    """Make the session read-only, and give it the time zone that the URL names, else UTC.

    Not that of the role, the server, or of whoever runs the job.
    """
    for statement in session_statements(connection.dialect.name, url):
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        named = _ZONE_IN_OPTIONS.search(str(url.query.get("options", "")))
        connection.execute(sa.select(sa.func.set_config("TimeZone", named[1] if named else "UTC", True)))


def session_statements(dialect: str, url: sa.URL) -> list[str]:
    """The statements that a session begins with."""
    statements = list(_BEFORE.get(dialect, ()))
    if dialect in MYSQL and not _ZONE_SET.search(str(url.query.get("init_command", ""))):
        statements.append("SET SESSION time_zone = '+00:00'")
    return statements


@contextmanager
def nothing_fetched(connection: sa.Connection) -> Iterator[None]:
    """Queries in here are asked for their columns alone: MySQL's drivers read what is left of a result to its end."""
    if connection.dialect.name not in MYSQL:
        yield
        return
    connection.exec_driver_sql("SET SESSION sql_select_limit = 0")
    try:
        yield
    finally:
        connection.exec_driver_sql("SET SESSION sql_select_limit = DEFAULT")


def quoted(column: str, dialect: sa.Dialect) -> str:
    """The name of a column of the query `q`. What is shown as `name` may be known as `NAME` alone: in Oracle."""
    name = dialect.denormalize_name(column) if dialect.requires_name_normalize else column
    return "q." + dialect.identifier_preparer.quote_identifier(name)
