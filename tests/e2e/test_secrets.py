"""Secrets are planted everywhere a user may write one; no byte that the program writes, at its most talkative, has one.

The oracle greps standard output and error, everything under `.odoo_etl` (also what the ledger has packed), and the
command line of a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from tests.e2e.echoing import ECHOES, echoing, echoing_postgres, text_of
from tests.e2e.project import PROGRAM, Project, partner_rows, partners_job
from tests.servers import Server

CANARY = "c4n4ry"  # what the oracle greps; each secret has it, among letters that others spell in their own way
KEY, PASSWORD, SQL, STATE, IN_FILE, IN_ENV = (
    f"{name}<&>\"'\\%{CANARY}/+@: {name}" for name in ("key", "password", "sql", "state", "file", "env")
)
PROTOCOLS = ("xmlrpc", "jsonrpc", "json2")
PATIENCE = {"settle": "0s", "breaker": 99, "retry": {"attempts": 2, "max_wait": "0s", "deadline": "2s"}}


@dataclass
class Planted:
    """A project with a secret in every place."""

    project: Project
    connections: Sequence[str] = ()

    def connect(self, url: str, state: str = "") -> None:
        """Write project.yaml: a connection for each protocol and secret; keys and a password stand elsewhere."""
        (self.project.root / "pipelines").mkdir(exist_ok=True)
        (self.project.root / "pipelines/password.txt").write_text(f"{IN_FILE}\n")
        main = {"url": url, "db": "sandbox", "user": "admin", "api_key": "${CANARY_KEY}"}
        connections = {"main": {**main, "api_key": KEY, "password": "${file:password.txt}"}}
        for protocol in PROTOCOLS:
            connections[protocol] = {**main, "protocol": protocol, "password": PASSWORD}
            connections[f"away-{protocol}"] = {**connections[protocol], "url": "http://127.0.0.1:9"}
        for protocol in ("xmlrpc", "jsonrpc"):
            connections[f"file-{protocol}"] = {**connections["main"], "protocol": protocol, "api_key": ""}
            connections[f"password-{protocol}"] = {**connections[protocol], "api_key": ""}
        self.connections = sorted(connections)
        self.project.write("project.yaml", {"connections": connections, **({"state": {"url": state}} if state else {})})

    def job(self, name: str, rows: str, connection: str = "main", **changes: Any) -> None:
        """Write a job and its rows."""
        self.project.rows(partner_rows(rows, 2), f"{name}.csv")
        job = partners_job(job=name, source={"type": "csv", "path": f"../{name}.csv"}, load=PATIENCE)
        target = {"model": "res.partner", "key": "ref", "connection": connection}
        self.project.write(f"{name}.yaml", {**job, "target": target, **changes})

    def run(self, *arguments: str, key: str = KEY) -> tuple[int, str]:
        """Run the program with debug logging, and look for canaries; its exit code, and all that it said."""
        done = self.project.run("--log-level", "debug", *arguments, CANARY_KEY=key, UNUSED=IN_ENV)
        said = done.out + done.err
        self.check(said)
        return done.code, said

    def watch(self, command: list[str]) -> tuple[int, str]:
        """Run a command as a process of its own and look for canaries, on its command line, too."""
        environment = {**self.project.environment, "CANARY_KEY": KEY, "UNUSED": IN_ENV}
        process = subprocess.Popen(
            command, cwd=self.project.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        seen, deadline, told = b"", time.monotonic() + 60, None
        while told is None:  # also when the process ends right after a look
            assert time.monotonic() < deadline, process.kill()
            seen += Path(f"/proc/{process.pid}/cmdline").read_bytes()
            with suppress(subprocess.TimeoutExpired):
                told = process.communicate(timeout=0.2)
        said = text_of(b"".join(told))
        self.check(said)
        assert CANARY.encode() not in seen
        return process.returncode, said

    def check(self, said: str) -> None:
        """No canary in what a run has said and left."""
        assert CANARY not in said
        assert CANARY not in "".join(written(self.project.root / ".odoo_etl"))


def written(folder: Path) -> Iterator[str]:
    """Every byte under a folder, and every value in its SQLite files, unpacked."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield text_of(path.read_bytes())
        if path.name == "state.db":
            yield from _values(path)


def _values(path: Path) -> Iterator[str]:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        for table in sa.inspect(engine).get_table_names():
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):
                for value in row:
                    yield text_of(value)
                    with suppress(TypeError, zlib.error):
                        yield text_of(zlib.decompress(value))
    engine.dispose()


@pytest.fixture
def planted(empty_project: Project) -> Planted:
    """A project without jobs yet."""
    return Planted(empty_project)


def test_every_verb(planted: Planted, sandbox_server: Server, prefix: str) -> None:
    """When all is well, but for a row that is rejected."""
    planted.job("partners", prefix)
    rows = [{**row, "country": country} for row, country in zip(partner_rows(prefix, 3), ("DE", "ZZ", ""), strict=True)]
    planted.project.rows(rows, "partners.csv")
    with echoing(sandbox_server, KEY) as url:
        planted.connect(url)
        code, said = planted.watch([str(PROGRAM), "--log-level", "debug", "run"])
        assert code == 3
        assert "res.partner.create: answered, HTTP 200, 1 records, attempt 1" in said
        run = max((planted.project.root / ".odoo_etl/runs").iterdir()).name
        verbs = {"retry": 3, "plan": 3, "doctor": 0, "validate --online": 0, f"undo {run} --yes": 0, "resume": 2}
        assert {verb: planted.run(*verb.split())[0] for verb in verbs} == verbs


def test_servers_that_repeat_the_request(planted: Planted, sandbox_server: Server, prefix: str) -> None:
    """As an error, in a traceback, as a web page, a redirect, and as rubbish in each part of an answer."""
    for protocol, form in product(PROTOCOLS, ECHOES):
        planted.job(f"{protocol}-{form}", f"{prefix}-{protocol}-echo-{form}", protocol)
    with echoing(sandbox_server, KEY) as url:
        planted.connect(url)
        assert {planted.run(verb)[0] for verb in ("run", "resume")} == {1}
        said = "".join(written(planted.project.root / ".odoo_etl"))
        assert said.count("cannot do POST /xmlrpc/2/object") > 1
        assert said.count("***") > 10


def test_logins_that_fail(planted: Planted, sandbox_server: Server) -> None:
    """A wrong key or password, repeated by the server, and a server that is away."""
    with echoing(sandbox_server, KEY) as url:
        planted.connect(url)
        for name in planted.connections:
            planted.job(name, "x", name)
        code, said = planted.run("run", key=KEY.replace("key", "wrong"))
        assert code == 1
        assert said.count(": FAILED: ") == len(planted.connections) - 1
        assert said.count("***") > 3


def test_databases_that_repeat_the_password(planted: Planted, sandbox_server: Server) -> None:
    """As the source and as the state store; nor is a secret repeated that stands where no secret belongs."""
    with echoing_postgres() as port:
        place = f"@127.0.0.1:{port}/x"
        source = {"type": "sql", "url": f"postgresql://me:{quote(SQL, safe='')}{place}", "query": "SELECT 1"}
        planted.job("sql", "x", source=source)
        for state in ("", f"postgresql://me:{quote(STATE, safe='')}{place}"):
            planted.connect(sandbox_server.url, state)
            code, said = planted.run("run")
            assert (code, "password authentication failed: ***" in said) == (1, True)
        planted.job("sql", "x", load={"chunk_size": "${CANARY_KEY}"})
        assert planted.run("validate")[0] == 2


# A verb that fails as nobody foresaw, with the project open.
CRASH = """
import sys
from odoo_etl.cli.main import app, main
from odoo_etl.runs.perform import perform
from odoo_etl.runs.work import Request
from odoo_etl.runs.workspace import Workspace

def crash():
    def choose(opened):
        key = opened.project.connection().api_key.get_secret_value()
        raise RuntimeError(f"nobody foresaw {key}") from ValueError({"key": key})
    perform(Request("crash", Workspace()), choose)

app.command()(crash)
sys.argv = ["odoo-etl", "crash", "--log-level", "debug"]
main()
"""


def test_a_crash(planted: Planted, sandbox_server: Server) -> None:
    """The traceback is there for a report, and no secret in it."""
    planted.connect(sandbox_server.url)
    code, said = planted.watch([sys.executable, "-c", CRASH])
    assert code == 1
    assert "RuntimeError: nobody foresaw ***" in said
    assert "the run's report is " in said
    assert "this should not happen" in said
