"""One SQL statement before or after a job, in a transaction of its own: all of it stands, or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from odoo_etl.runs.hooks.failure import HookFailed
from odoo_etl.spec import SqlHook
from odoo_etl.sql_urls import UnreadableUrl, describe_url, parse_url, passwords_of
from odoo_etl.text import redacted

# How long drivers wait for a connection and for an answer, in whole seconds; without it, for ever.
_LIMITS: Mapping[str, Callable[[int], dict[str, int]]] = {
    "psycopg": lambda s: {"connect_timeout": s},
    "psycopg2": lambda s: {"connect_timeout": s},
    "pymysql": lambda s: {"connect_timeout": s, "read_timeout": s, "write_timeout": s},
    "pymssql": lambda s: {"login_timeout": s, "timeout": s},
    "pysqlite": lambda s: {"timeout": s},
}


def carry_out_sql(hook: SqlHook) -> None:
    """Carry out the statement and commit it.

    Raises:
        HookFailed: the database cannot be used, refuses it, or takes too long; nothing of it stands.
    """
    url = _url(hook)
    try:
        engine = sa.create_engine(url, **_options(url, hook.timeout))
    except (NoSuchModuleError, ImportError) as error:
        raise HookFailed(f"{describe_url(url)}: no driver: {error.__class__.__name__} (install it)") from None
    watch = _Watch(hook.timeout)
    try:
        with engine.begin() as connection, watch.over(connection):
            connection.execution_options(no_parameters=True).exec_driver_sql(hook.sql)
    except SQLAlchemyError as error:
        why = f"took longer than {hook.timeout:g} s and was ended" if watch.has_ended_it else _said(error, url)
        raise HookFailed(f"{describe_url(url)}: {why}; nothing of the statement stands") from None
    finally:
        engine.dispose()


def _url(hook: SqlHook) -> sa.URL:
    try:
        url = parse_url(hook.url.get_secret_value())
    except UnreadableUrl as error:
        raise HookFailed(f"the url: {error}") from None
    name = url.database or ""
    if url.get_backend_name() == "sqlite" and not name.startswith("file:") and not Path(name).is_file():
        raise HookFailed(f"{name or 'sqlite'}: no such SQLite database")  # SQLite itself would make an empty one
    return url


def _options(url: sa.URL, timeout_s: float) -> dict[str, Any]:
    limits = _LIMITS.get(url.get_driver_name())
    arguments = limits(max(1, round(timeout_s))) if limits else {}
    given = {name: one for name, one in arguments.items() if name not in url.query}
    return {"poolclass": NullPool, "hide_parameters": True, "connect_args": given}


def _said(error: SQLAlchemyError, url: sa.URL) -> str:
    """The words of the database, without the statement."""
    said = str(error.orig) if isinstance(error, DBAPIError) and error.orig else type(error).__name__
    return " ".join(redacted(said, passwords_of(url)).split())


class _Watch:
    """Ends a statement that takes too long, where its driver can do that from another thread."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self.has_ended_it = False

    @contextmanager
    def over(self, connection: sa.Connection) -> Iterator[None]:
        """Watch over what is carried out here."""
        raw = connection.connection.driver_connection
        end = getattr(raw, "interrupt", None) or getattr(raw, "cancel", None)
        timer = threading.Timer(self._timeout_s, self._end, [end])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self, end: Callable[[], object] | None) -> None:
        if end is not None:
            self.has_ended_it = True
            end()
