"""A MariaDB server from Debian's packages, unpacked into the cache; each process of tests has one of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.real_odoo.parts import Unavailable, cache_folder, locked, run, search_path

PACKAGES = ("mariadb-server-core", "liburing2", "libnuma1", "libaio1")
USER, PASSWORD = "etl", "s3cret-of-mariadb"
START_S = 30
SMALL = ("--innodb-buffer-pool-size=20M", "--innodb-log-file-size=10M", "--skip-networking")
SYSTEM_TABLES = ("mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql")


@dataclass(frozen=True)
class MariaDb:
    """A running server.

    Attributes:
        home: where the packages are unpacked.
        folder: of its data and its socket.
    """

    home: Path
    folder: Path

    @property
    def login(self) -> dict[str, str]:
        """What PyMySQL needs to connect."""
        return {"unix_socket": f"{self.folder}/socket", "user": USER, "password": PASSWORD}

    def url(self, database: str = "", password: str = PASSWORD) -> str:
        """The SQLAlchemy URL of a database."""
        return f"mysql://{USER}:{password}@/{database}?unix_socket={self.folder}/socket"


@contextmanager
def serving() -> Iterator[MariaDb]:
    """A server of its own, until the block ends.

    Raises:
        Unavailable: with the reason, in one line.
    """
    home = cache_folder() / "mariadb"
    with locked("mariadb"):
        if not (home / "data").exists():
            _fetch(home)
            _bootstrap(home)
    with tempfile.TemporaryDirectory(prefix="mariadb-") as name:
        shutil.copytree(home / "data", Path(name, "data"))
        server, command = MariaDb(home, Path(name)), _command(home, Path(name, "data"))
        with Path(name, "log").open("wb") as log:
            process = subprocess.Popen(
                [*command, f"--socket={name}/socket", "--innodb-flush-log-at-trx-commit=0"],
                env=_environment(home),
                stdout=log,
                stderr=log,
            )
        try:
            _wait(server, process)
            yield server
        finally:
            process.kill()
            process.wait()


def _fetch(home: Path) -> None:
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool, path=search_path()) is None:
            raise Unavailable(f"{tool} is not on this machine; Debian's packages are how MariaDB gets here")
    work = home / "apt"
    work.mkdir(parents=True, exist_ok=True)
    run("apt-get", "-qq", "-oAPT::Sandbox::User=root", "download", *PACKAGES, cwd=work)
    for package in work.glob("*.deb"):
        run("dpkg", "-x", str(package), str(home / "root"))
    shutil.rmtree(work)


def _bootstrap(home: Path) -> None:
    """Make the data of a server that has one user."""
    data = home / "data.partial"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    tables = [(home / "root/usr/share/mysql" / name).read_text(encoding="utf-8") for name in SYSTEM_TABLES]
    user = f"CREATE USER {USER}@localhost IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO {USER}@localhost;\n"
    script = ["CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n", *tables, "FLUSH PRIVILEGES;\n", user]
    done = subprocess.run(
        [*_command(home, data), "--bootstrap"],
        input="".join(script),
        env=_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"MariaDB does not start: {done.stderr.strip().splitlines()[-1:]}")
    data.rename(home / "data")


def _command(home: Path, data: Path) -> list[str]:
    root = home / "root/usr"
    who = ["--user=root"] if os.geteuid() == 0 else []
    texts = (f"--lc-messages-dir={root}/share/mysql", f"--character-sets-dir={root}/share/mysql/charsets")
    return [f"{root}/sbin/mariadbd", "--no-defaults", *who, *SMALL, f"--datadir={data}", *texts]


def _environment(home: Path) -> dict[str, str]:
    libraries = [str(folder) for folder in (home / "root").glob("**/*-linux-gnu*") if folder.is_dir()]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(libraries)}


def _wait(server: MariaDb, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_S
    while not (server.folder / "socket").exists():
        if process.poll() is not None or time.monotonic() > ends:
            last = (server.folder / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise Unavailable(f"MariaDB does not start: {last}")
        time.sleep(0.05)
