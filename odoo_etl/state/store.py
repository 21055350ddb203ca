"""The database beneath the ledger: connections, transactions, and its clock."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from odoo_etl.errors import StateError
from odoo_etl.state.faults import parse, translated
from odoo_etl.state.sqlite_file import SqliteFile
from odoo_etl.state.tables import prepare

_BUSY_TIMEOUT_S = 30
# SQLite counts days from a noon, with a rounding error; it knows the time to the millisecond.
_SQLITE_CLOCK = "round((julianday('now') - 2440587.5) * 86400.0, 3)"
_CHECKED_BYTES = 16 * 1024**2  # larger files are not read through on opening; damage there shows when it is touched


class Store:
    """One SQLite file or PostgreSQL database; threads may share it, processes open their own.

    Raises StateError on every use that fails.
    """

    def __init__(self, url: str, upgrades: Mapping[int, Sequence[str]]) -> None:
        self.url, self._pid = parse(url), os.getpid()
        self._upserts: dict[str, Any] = {}
        self._sqlite = self.url.get_backend_name() == "sqlite"
        self._file = SqliteFile(self.url) if self._sqlite else None
        # SQLite has one writer at a time: a queue here is fairer and quicker than its busy handler.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self._sqlite else nullcontext()
        self._opening = True
        self._kept: sa.PoolProxiedConnection | None = None
        with translated(self.url, opening=True):
            self._reads = _engine(self.url, durable=False)
            self._relaxed = self._reads.execution_options(writes=True)
            self._durable = _engine(self.url, durable=True).execution_options(writes=True)
        try:
            self._open(upgrades)
        except BaseException:
            self.close()
            raise
        self._opening = False

    def close(self) -> None:
        """Let go of all connections; a forked child leaves those of its parent open."""
        ours = os.getpid() == self._pid
        if self._file is not None:
            self._file.closed()
        if ours and self._kept is not None:
            self._kept.close()
        self._reads.dispose(close=ours)
        self._durable.dispose(close=ours)

    @property
    def path(self) -> Path | None:
        """The file of SQLite; None of another database."""
        return self._file.path if self._file else None

    @contextmanager
    def write(self, *, durable: bool) -> Iterator[sa.Connection]:
        """A transaction. A durable one is on the disk at the end; others are there after any durable one that follows,
        and survive the death of this process, but not always that of the machine.
        """
        engine = self._durable if durable else self._relaxed
        with self._translated(), self._turn:
            self._check_file()
            with engine.begin() as connection:
                yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that waits for no writer."""
        with self._translated():
            self._check_file()
            with self._reads.connect() as connection:
                yield connection

    def _insert(self, table: sa.Table) -> Any:
        """An INSERT that knows ON CONFLICT."""
        if self._sqlite:
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 (25 ms of each start, for those who use it)

        return postgresql.insert(table)

    def put(self, connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store rows with all their columns; those with the same primary key give way."""
        if table.name not in self._upserts:  # making the statement takes longer than carrying it out
            insert = self._insert(table)
            rest = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
            keys = [column.name for column in table.primary_key]
            self._upserts[table.name] = insert.on_conflict_do_update(index_elements=keys, set_=rest)
        connection.execute(self._upserts[table.name], rows)

    def queue_up(self, connection: sa.Connection, what: str) -> None:
        """Let one transaction at a time go on that asks for the same; SQLite has one writer anyway."""
        if not self._sqlite:
            number = sa.func.hashtextextended(what, 0)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

    def clock(self) -> sa.ColumnElement[float]:
        """Epoch seconds as SQL: the clock of the server where machines share a store, else of this machine."""
        if self._sqlite:
            return sa.literal_column(_SQLITE_CLOCK, sa.Double)
        return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Double)

    def now(self) -> float:
        """Epoch seconds by `clock`."""
        with self.read() as connection:
            return float(connection.execute(sa.select(self.clock())).scalar_one())

    def compact(self) -> bool:
        """Write a SQLite file anew, without what was deleted from it; False while another process uses it.

        A PostgreSQL server does so when it sees fit.
        """
        if self._file is None:
            return True
        with self._translated(), self._turn:
            raw = self._durable.raw_connection()
            try:
                raw.cursor().execute("VACUUM")
                (busy, _, _), *_ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                    raise
                return False
            finally:
                raw.close()
        return not busy

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self.url, opening=self._opening)

    def _open(self, upgrades: Mapping[int, Sequence[str]]) -> None:
        if self._file is not None:
            self._look_at_file(self._file)
        with self.write(durable=False) as connection:
            prepare(connection, self.clock(), upgrades)
        if self._file is not None:
            self._keep_open(self._file)

    def _keep_open(self, file: SqliteFile) -> None:
        """Have one connection that nothing breaks: a signal in a statement costs its connection, and SQLite takes its
        journal away with the last one, as somebody would who tidies up.
        """
        with self._translated():
            self._kept = self._reads.raw_connection()
        file.opened()

    def _check_file(self) -> None:
        """Raises StateError: the file was deleted, replaced or emptied since it was opened."""
        if self._file is not None:
            self._file.check()

    def _look_at_file(self, file: SqliteFile) -> None:
        """Make folder and file where there are none; read a file of moderate size through.

        Raises StateError: damaged, or empty.
        """
        path = file.path
        with self._translated():
            file.make_folder()
            if file.is_new():
                self._make(file)
            if not path.is_file() or path.stat().st_size > _CHECKED_BYTES:
                return
        with self.read() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise StateError(
                f"{path}: the state store is damaged: {found} (put back a copy of it, or move it away to start with"
                " an empty store)"
            )

    def _make(self, file: SqliteFile) -> None:
        """A store without tables, aside first: a process that dies meanwhile leaves no empty file behind."""
        made = file.beside()
        try:
            engine = _engine(self.url.set(database=str(made)), durable=True)
            with engine.connect():
                pass
            engine.dispose()
            file.appear(made)
        finally:
            made.unlink(missing_ok=True)


def _engine(url: sa.URL, *, durable: bool) -> sa.Engine:
    """A pool of connections whose transactions are all durable, or all relaxed.

    Raises StateError: the driver is not installed.
    """
    sqlite_file = url.get_backend_name() == "sqlite"
    options = {"timeout": _BUSY_TIMEOUT_S, "check_same_thread": False} if sqlite_file else {"connect_timeout": 10}
    try:
        engine = sa.create_engine(
            url,
            hide_parameters=True,
            connect_args=options,
            poolclass=sa.QueuePool,
            max_overflow=-1,  # lanes never wait for one another
            pool_pre_ping=not sqlite_file,  # a server that restarted, or a firewall, drops connections at rest
        )
    except ImportError as error:
        raise StateError(
            f"{url.drivername}: the driver {error.name} is not installed (pip install 'odoo-etl[postgres]')"
        ) from error
    set_up = _set_up_sqlite if sqlite_file else _set_up_postgres
    sa.event.listen(engine, "connect", lambda raw, _: set_up(raw, durable))
    if sqlite_file:
        sa.event.listen(engine, "begin", _begin)
    return engine


def _set_up_sqlite(raw: Any, durable: bool) -> None:
    raw.isolation_level = None  # we begin transactions ourselves; Python would begin them late
    _switch_to_wal(raw)
    raw.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")


def _switch_to_wal(raw: Any) -> None:
    """Readers then never wait for a writer. SQLite does not wait for others that switch a new file at the same time."""
    deadline = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            raw.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: sa.Connection) -> None:
    """A writer takes its turn at once: SQLite refuses one that has read before another wrote."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_postgres(raw: Any, durable: bool) -> None:
    if not durable:
        with raw.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        raw.commit()
