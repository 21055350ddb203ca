"""The sandbox's records in SQLite: tables built from the catalog, the bundled records, and transactions.

One connection serves every thread, one call at a time: calls are short, SQLite has a single writer anyway, and a call
that is refused rolls back as a whole. Several processes may open one file; they take turns.
"""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from odoo_etl.sandbox.env import utc_now
from odoo_etl.sandbox.keys import offer
from odoo_etl.sandbox.patterns import like_matches
from odoo_etl.sandbox.pulled import with_pulled
from odoo_etl.sandbox.schema import Catalog, Field, Model, load_catalog, load_records, unique_columns
from odoo_etl.sandbox.tables import NEEDED, World, plain, put_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection as SqliteConnection

COLUMN_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "integer": sa.Integer,
    "many2one": sa.Integer,
    "many2one_reference": sa.Integer,
    "boolean": sa.Integer,
    "float": sa.Float,
    "monetary": sa.Float,
}

# Columns that no field shows.
HIDDEN = {"res.users.apikeys": ("key",), "res.users.identitycheck": ("request",)}


class Database:
    """The records of one sandbox.

    Args:
        path: the SQLite file, created and filled when it is new; None keeps everything in memory.
        world: models and records that are not the bundled ones.

    Raises:
        OSError: the file cannot be opened, or is something else; a file of its schema describes no model.
        ValueError: a record of its tables cannot be one.

    Attributes:
        pulled: the models of the schema.
        good_keys: API keys that were good a moment ago, until when that is taken for granted, and what the clock
            showed then (`keys`).
        clock: the time by which API keys expire.
    """

    def __init__(self, path: Path | None = None, world: World | None = None) -> None:
        world = world or World()
        self.clock = world.clock
        self.pulled = with_pulled(load_catalog(world.snapshot), world.schema)
        self._given, self._snapshot = world.tables, world.snapshot
        self.catalog = self.pulled.catalog if self._given is None else plain(self.pulled.catalog)
        self._lock = threading.Lock()
        self.good_keys: dict[str, tuple[float, str]] = {}
        self._engine = sa.create_engine(
            f"sqlite:///{path}" if path else "sqlite://",
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "timeout": 60.0},
        )
        sa.event.listen(self._engine, "connect", _on_connect)
        sa.event.listen(self._engine, "begin", _on_begin)
        metadata = sa.MetaData()
        self.tables = {model.name: _table(metadata, model) for model in self.catalog.values()}
        self.links = _link_tables(metadata, self.catalog)
        if path:
            _make(path)
        with ExitStack() as unless_filled:
            unless_filled.callback(self.close)
            try:
                self._fill(metadata)
            except sa.exc.DatabaseError as error:
                raise OSError(f"{path} is no database of a sandbox: {error.orig}") from error
            unless_filled.pop_all()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """The connection, held alone; commits at the end, rolls back on any exception."""
        with self._lock, self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._engine.dispose()

    def _fill(self, metadata: sa.MetaData) -> None:
        """Create the tables that are missing, and the bundled records in a new database."""
        with self.transaction() as connection:
            before = set(sa.inspect(connection).get_table_names())
            metadata.create_all(connection)
            self._widen(connection, before)
            if "res_partner" not in before:
                self._seed(connection)
            if "ir_config_parameter" not in before:
                self._identify(connection)
            if self._given is not None:
                put_tables(self, connection, self._given)
            offer(self, connection)

    def _widen(self, connection: sa.Connection, before: set[str]) -> None:
        """Add the columns that tables of an older file lack: a model may have been pulled since."""
        for model in (model for model in self.catalog.values() if model.table in before):
            columns = self.tables[model.name].columns
            have = {column["name"] for column in sa.inspect(connection).get_columns(model.table)}
            for column in (column for column in columns if column.name not in have):
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(f'ALTER TABLE "{model.table}" ADD COLUMN "{column.name}" {kind}')

    def _identify(self, connection: sa.Connection) -> None:
        """Tell this database from all others, as Odoo does when it makes one."""
        now = utc_now()
        uuid = {"key": "database.uuid", "value": str(uuid4()), "create_date": now, "write_date": now}
        connection.execute(self.tables["ir.config_parameter"].insert(), uuid)

    def _seed(self, connection: sa.Connection) -> None:
        """Insert the bundled records under the ids they have in a real Odoo, as made now."""
        now = utc_now()
        links: dict[str, set[tuple[int, int]]] = {}
        for name, content in load_records(self._snapshot).items():
            if self._given is not None and name not in NEEDED:
                continue
            fields = [self.catalog[name].fields[field] for field in content["fields"]]
            rows = [_seed_row(fields, row, now) for row in content["rows"]]
            if rows:
                connection.execute(self.tables[name].insert(), rows)
            for field, position in ((f, i) for i, f in enumerate(fields) if f.link):
                found = links.setdefault(field.link[0] if field.link else "", set())
                flip = field.link != self.link_columns(field)
                for row in content["rows"]:
                    found.update((other, row[0]) if flip else (row[0], other) for other in row[position] or ())
        for table, pairs in links.items():
            first, second = self.links[table].columns
            rows = [{first.name: a, second.name: b} for a, b in sorted(pairs)]
            if rows:
                connection.execute(self.links[table].insert(), rows)

    def link_columns(self, field: Field) -> tuple[str, str, str]:
        """`(table, first, second)` of a many2many's table in the table's own column order."""
        table = self.links[field.link[0] if field.link else ""]
        first, second = table.columns
        return (table.name, first.name, second.name)


def _make(path: Path) -> None:
    """The file, and the folders above it that are missing, for their owner alone, whatever the umask."""
    for folder in reversed([each for each in path.parents if not each.exists()]):
        folder.mkdir(0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with suppress(OSError):  # not there, or somebody else's
            file.chmod(0o600)


def _seed_row(fields: list[Field], row: list[Any], now: str) -> dict[str, Any]:
    """One bundled record as column values; texts that are translated start in English."""
    values: dict[str, Any] = dict.fromkeys(("create_uid", "write_uid"), 1)
    values |= dict.fromkeys(("create_date", "write_date"), now)
    for field, value in zip(fields, row, strict=True):
        if field.column:
            empty = value is False and field.type != "boolean"
            text = orjson.dumps({"en_US": value}).decode() if field.translate else value
            values[field.name] = None if empty else text
    return values


def _table(metadata: sa.MetaData, model: Model) -> sa.Table:
    columns = [
        sa.Column(
            field.name,
            sa.Text if field.by_company else COLUMN_TYPES.get(field.type, sa.Text),
            primary_key=field.name == "id",
            index=field.index and not (field.translate or field.by_company) and field.name != "id",
        )
        for field in model.fields.values()
        if field.column
    ]
    columns += [sa.Column(name, sa.Text) for name in HIDDEN.get(model.name, ())]
    table = sa.Table(model.table, metadata, *columns, sqlite_autoincrement=True)
    for constraint in model.constraints:
        names = unique_columns(constraint["definition"])
        if names and all(name in table.c for name in names):
            sa.Index(constraint["name"], *(table.c[name] for name in reversed(names)))
    return table


def _link_tables(metadata: sa.MetaData, catalog: Catalog) -> dict[str, sa.Table]:
    """The many2many tables by name; both sides of a relation share one."""
    tables: dict[str, sa.Table] = {}
    for link in (field.link for model in catalog.values() for field in model.fields.values() if field.link):
        name, own, other = link
        if name not in tables:
            columns = (sa.Column(column, sa.Integer, primary_key=True) for column in (own, other))
            tables[name] = sa.Table(name, metadata, *columns, sa.Index(f"{name}_reverse", other))
    return tables


def _on_connect(connection: SqliteConnection, _record: object) -> None:
    """Give SQLite the pattern matching of PostgreSQL; take transactions into our own hands."""
    connection.isolation_level = None
    connection.create_function("odoo_like", 3, like_matches, deterministic=True)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _on_begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
