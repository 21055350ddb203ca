"""Odoo processes on databases copied from the templates."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.real_odoo import parts, postgres
from tests.real_odoo.templates import ADMIN, PLAIN, Template, keys_in
from tests.servers import Server

START_TIMEOUT_S = 90


@dataclass
class OdooHost:
    """What serving Odoo databases takes: the parts, a PostgreSQL cluster, a folder for files and logs."""

    cluster: postgres.Cluster
    odoo: parts.Parts
    folder: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @classmethod
    def open(cls, cluster_name: str, *, detach: bool = False, fleeting: bool = False) -> OdooHost:
        """Fetch the parts and start PostgreSQL, as `postgres.start` does.

        Raises:
            parts.Unavailable: with the reason, in one line.
        """
        odoo = parts.fetch()
        folder = Path(tempfile.mkdtemp(prefix="odoo-etl-"))
        return cls(postgres.start(cluster_name, detach=detach, fleeting=fleeting), odoo, folder)

    def close(self) -> None:
        """Stop the Odoo processes that this host started and remove their files."""
        for process in self.processes.values():
            _kill(process)
        self.processes.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self, server: Server) -> None:
        """Stop one server and drop its database."""
        _kill(self.processes.pop(server.url))
        self.cluster.drop(server.db)

    def template_keys(self, template: Template = PLAIN) -> dict[str, str]:
        """Login to API key in every copy of the template, which is built on first use (20 s to a minute)."""
        name = template.database
        keys_file = self.cluster.home.parent / f"{self.cluster.home.name}.{name}.keys"
        with parts.locked(f"{self.cluster.home.name}-{name}"):
            if not (keys_file.exists() and self.cluster.has(name)):
                self.cluster.drop(name)
                flags = ["-i", template.modules, "--without-demo=true", "--stop-after-init", "--no-http"]
                self._odoo("server", "-d", name, *flags)
                keys_file.write_text(json.dumps(keys_in(self.shell(name, template.prepare))))
        return json.loads(keys_file.read_text())

    def fresh_database(self, prefix: str = "test", template: Template = PLAIN) -> tuple[str, str]:
        """Name of a new copy of the template, and the administrator's API key in it."""
        key = self.template_keys(template)[ADMIN]
        name = f"{prefix}_{uuid.uuid4().hex[:8]}"
        self.cluster.create(name, template.database)
        return name, key

    def serve(self, database: str, api_key: str, *, workers: int = 2, load: str = "", port: int = 0) -> Server:
        """Start an Odoo process for a database and wait until it answers.

        Args:
            load: server-wide modules (`--load`); "base,web" switches XML-RPC and JSON-RPC off.
        """
        port = port or free_port()
        # A process with one database routes every request there, and there the module `rpc` serves the old protocols.
        flags = ["--load", load] if load else ["-d", database]
        # With workers Odoo keeps a process for its bus on a port of its own, and restarts it as long as that is taken.
        flags += ["--gevent-port", str(free_port())]
        log = self.folder / f"odoo-{port}.log"
        with log.open("wb") as written:
            process = subprocess.Popen(
                self._command("server", "--http-port", str(port), "--workers", str(workers), *flags),
                env=self._environment(),
                stdout=written,
                stderr=written,
                start_new_session=True,
            )
        url = f"http://127.0.0.1:{port}"
        self.processes[url] = process
        question = urllib.request.Request(f"{url}/web/version", headers={"X-Odoo-Database": database})
        _wait_until_it_answers(question, process, log)
        return Server("odoo", url, database, "admin", "admin", api_key)

    def shell(self, database: str, script: str) -> str:
        """Run Python in Odoo's own shell and return what it printed."""
        return self._odoo("shell", "-d", database, "--no-http", stdin=script)

    def start_shell(self, database: str, script: str) -> subprocess.Popen[str]:
        """The same without waiting: the caller reads the output and waits."""
        process = subprocess.Popen(
            self._command("shell", "-d", database, "--no-http"),
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdin
        process.stdin.write(script)
        process.stdin.close()
        return process

    def _odoo(self, *arguments: str, stdin: str = "") -> str:
        command = self._command(*arguments)
        done = subprocess.run(
            command, env=self._environment(), input=stdin, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise parts.Unavailable(f"odoo {arguments[0]} failed: {done.stderr.strip()[-300:]!r}")
        return done.stdout

    def _command(self, verb: str, *arguments: str) -> Sequence[str]:
        settings = {
            "db_host": self.cluster.socket,
            "db_user": postgres.ROLE,
            "addons_path": self.odoo.packages / "odoo/addons",
            "data_dir": self.folder,
            "http_interface": "127.0.0.1",
            "max_cron_threads": 0,
            "log_level": "warn",
        }
        config = self.folder / "odoo.conf"
        config.write_text("[options]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items()))
        return [str(self.odoo.python), str(self.odoo.program), verb, "-c", str(config), *arguments]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.odoo.packages), "PYTHONWARNINGS": "ignore"}


def free_port() -> int:
    """A TCP port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop_process(pid: int) -> None:
    """End an Odoo master process that the harness started, and with it its workers."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a server that nobody needs any more, and its workers: in order it would take seconds."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def _wait_until_it_answers(question: urllib.request.Request, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(question, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise parts.Unavailable(f"Odoo did not start: {log.read_text()[-300:]!r}")
