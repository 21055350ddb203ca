"""The rows of an export in a table of a SQL database: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from odoo_etl.errors import UsageError
from odoo_etl.exporting.kept_rows import kept_rows
from odoo_etl.exporting.layout import Kind, OutColumn
from odoo_etl.exporting.part import CannotWrite
from odoo_etl.sql_urls import UnreadableUrl, describe_url, parse_url, passwords_of
from odoo_etl.text import redacted

LONGEST_KEY: Final = 255  # characters; some databases index no text without a limit
_TYPES: Final[dict[str, Any]] = {
    Kind.INTEGER: sa.BigInteger(),
    Kind.NUMBER: sa.Double(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.DATE: sa.Date(),
    Kind.DATETIME: sa.DateTime(),
    Kind.TEXT: sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb"),
}
UPSERTS: Final = ("sqlite", "postgresql", "mysql", "mariadb")


class SqlTable:
    """A table that receives the rows of an export.

    Args:
        url: a SQLAlchemy URL.
        name: of the table, with its schema before a dot where it has one.
        columns: of the export.
        key: the columns by which rows that are there are updated; without any, the table must be empty.
    """

    def __init__(self, url: str, name: str, columns: Sequence[OutColumn], key: Sequence[str] = ()) -> None:
        try:
            self._url = parse_url(url)
        except UnreadableUrl as error:
            raise UsageError(f"--to {error}: write it like sqlite:///shop.db") from None
        self._columns, self._key = tuple(columns), tuple(key)
        if lost := [one for one in self._key if one not in {column.name for column in columns}]:
            raise UsageError(f"--key names {', '.join(lost)}, which is no column of the export: {self._names()}")
        if self._key and self._url.get_backend_name() not in UPSERTS:
            raise UsageError(f"--key updates rows of {', '.join(UPSERTS)}: leave it out, and take an empty table")
        schema, _, table = name.rpartition(".")
        self._table = sa.Table(table, sa.MetaData(), *self._made(), *self._unique(), schema=schema or None)

    @property
    def place(self) -> str:
        """The database without its password, and the table."""
        return f"{describe_url(self._url)}#{self._table}"

    def _names(self) -> str:
        return ", ".join(column.name for column in self._columns)

    def _made(self) -> list[sa.Column[Any]]:
        return [sa.Column(one.name, self._type(one), nullable=one.name not in self._key) for one in self._columns]

    def _type(self, column: OutColumn) -> Any:
        if column.name in self._key and column.kind not in _TYPES.keys() - {Kind.TEXT}:
            return sa.String(LONGEST_KEY)
        return _TYPES.get(column.kind, _TYPES[Kind.TEXT])

    def _unique(self) -> list[Any]:
        return [sa.PrimaryKeyConstraint(*self._key)] if self._key else []

    def check(self) -> None:
        """Look whether the table can take the rows, before any is read.

        Raises:
            UsageError: it has other columns, rows although no key is said, or nothing that makes the key unique; the
                driver is missing.
            CannotWrite: the database cannot be asked.
        """
        with self._connected() as connection:
            inspector = sa.inspect(connection)
            if inspector.has_table(self._table.name, schema=self._table.schema):
                self._check_columns(inspector)
                self._check_rows(connection)

    def _check_columns(self, inspector: Any) -> None:
        name, schema = self._table.name, self._table.schema
        there = [one["name"] for one in inspector.get_columns(name, schema=schema)]
        if sorted(there) != sorted(one.name for one in self._columns):
            raise UsageError(
                f"the table {self._table} has the columns {', '.join(there)}, the export {self._names()}: another"
                " --table, or --fields as there"
            )
        uniques = [inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]]
        uniques += [one["column_names"] for one in inspector.get_unique_constraints(name, schema=schema)]
        uniques += [one["column_names"] for one in inspector.get_indexes(name, schema=schema) if one["unique"]]
        if self._key and sorted(self._key) not in [sorted(one) for one in uniques]:
            raise UsageError(f"nothing makes {', '.join(self._key)} unique in {self._table}: add a unique index")

    def _check_rows(self, connection: sa.Connection) -> None:
        if not self._key and connection.execute(sa.select(sa.literal(1)).select_from(self._table).limit(1)).first():
            raise UsageError(f"the table {self._table} has rows already: say with --key COLUMNS which are the same")

    def fill(self, part: Path) -> None:
        """Create the table where there is none, and write all rows in one transaction.

        Raises:
            UsageError: as `check`, of a table that was made meanwhile.
            CannotWrite: the database refused something.
        """
        self.check()
        with self._connected() as connection, connection.begin():
            self._table.create(connection, checkfirst=True)
            insert = self._insert()
            for rows in kept_rows(part, self._columns):
                names = [one.name for one in self._columns]
                connection.execute(insert, [dict(zip(names, row, strict=True)) for row in rows])

    def _insert(self) -> Any:
        """The statement that inserts a row, or updates the one with its key."""
        backend = self._url.get_backend_name()
        others = [one.name for one in self._columns if one.name not in self._key]
        if not self._key:
            return sa.insert(self._table)
        if backend in {"mysql", "mariadb"}:
            into = mysql.insert(self._table)
            return into.on_duplicate_key_update({name: into.inserted[name] for name in others or self._key})
        given = (sqlite if backend == "sqlite" else postgresql).insert(self._table)
        if not others:
            return given.on_conflict_do_nothing(index_elements=self._key)
        return given.on_conflict_do_update(
            index_elements=self._key, set_={name: given.excluded[name] for name in others}
        )

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        engine = self._engine()
        try:
            with engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            said = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
            told = " ".join(redacted(said, passwords_of(self._url)).split())
            raise CannotWrite(f"{describe_url(self._url)}: {self._table}: {told}") from None
        finally:
            engine.dispose()

    def _engine(self) -> sa.Engine:
        try:
            return sa.create_engine(self._url, poolclass=NullPool, hide_parameters=True)
        except NoSuchModuleError:
            raise UsageError(f"--to {self._url.drivername}: SQLAlchemy knows no such database") from None
        except ImportError as error:
            raise UsageError(f"--to {self._url.drivername}: the driver {error.name} is not installed") from error
