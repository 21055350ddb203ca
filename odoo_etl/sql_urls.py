"""URLs of SQL databases: read without a doubt about where the password ends, and shown without it."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

_LOGIN = re.compile(r"[^:/]*://[^:/]*(?::[^@]*)?@")  # as SQLAlchemy reads it: the password ends at the first @

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "mssql": "mssql+pymssql",
    "oracle": "oracle+oracledb",
}


class UnreadableUrl(ValueError):
    """No URL of a database; the text says why, without quoting any of it."""


def parse_url(url: str) -> sa.URL:
    """The URL; one without a driver means that of our extra.

    Raises:
        UnreadableUrl: not a URL; or a login after which another @ comes: what precedes that one may belong to the
            password, would pass for the host, and be told to the next resolver.
    """
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        # SQLAlchemy quotes the URL, password and all: neither its text nor its error may go on.
        raise UnreadableUrl("cannot be read") from None
    login = _LOGIN.match(url)
    if parsed.get_backend_name() != "sqlite" and login and "@" in url[login.end() :]:
        raise UnreadableUrl("cannot be read without doubt: it has a second @ (write an @ in user or password as %40)")
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def describe_url(url: sa.URL) -> str:
    """Kind, host, port and name for a message; no user, password or options."""
    host = f"{url.host or ''}:{url.port}" if url.port else url.host or ""
    return f"{url.get_backend_name()}://{host}/{url.database or ''}"


def passwords_of(url: sa.URL) -> tuple[object, ...]:
    """The parts of it that must never be shown."""
    return url.password, *(url.query.get(name) for name in ("password", "passwd", "pwd"))
