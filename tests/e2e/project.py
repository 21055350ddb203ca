"""A project folder for one test, and the program run in it as a user would: as a process."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.published import check_newest
from tests.servers import Server
from tests.zygote import Zygote

PROGRAM = Path(sys.executable).with_name("odoo-etl")
WRITES = ("create", "write", "web_save_multi", "load", "unlink")


@dataclass(frozen=True)
class Done:
    """What a finished program left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:
        """The printed run result (`--json`)."""
        return json.loads(self.out)

    def job(self, name: str = "partners") -> dict[str, Any]:
        """One job of the printed run result."""
        return next(job for job in self.result["jobs"] if job["job"] == name)

    def counts(self, name: str = "partners") -> dict[str, int]:
        """The counts of a job that add up, and are not zero; fails when they do not."""
        counts = self.job(name)["counts"]
        assert counts["not_attempted"] <= counts["failed"]
        outcomes = counts.keys() - {"read", "not_attempted"}  # which is a part of failed
        assert counts["read"] == sum(counts[key] for key in outcomes), counts
        return {key: counts[key] for key in counts if counts[key] and key != "not_attempted"}

    def writes(self) -> dict[str, int]:
        """Calls that write, over all jobs."""
        calls = Counter({})
        for job in self.result["jobs"]:
            calls.update({name: n for name, n in job["calls"].items() if name.rpartition(".")[2] in WRITES})
        return dict(calls)


@dataclass
class Forked:
    """A forked run on its way; it is waited for as a process is."""

    zygote: Zygote
    folder: tempfile.TemporaryDirectory[str]
    returncode: int | None = None

    def kill(self) -> None:
        """End it at once."""
        self.zygote.kill()

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait; what it printed."""
        self.returncode = self.zygote.wait()
        with self.folder as name:
            return Path(name, "out").read_text(encoding="utf-8"), Path(name, "err").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Project:
    """A project in a temporary folder.

    Attributes:
        zygote: forks runs, which then need not import the program; without it each is a process of its own.
    """

    root: Path
    environment: Mapping[str, str]
    zygote: Zygote | None = None

    def connect(self, server: Server, **settings: Any) -> None:
        """Write project.yaml with a connection to the server."""
        main = {"url": server.url, "db": server.db, "user": server.user, "api_key": server.api_key, **settings}
        self.write("project.yaml", {"connections": {"main": main}})

    def write(self, name: str, content: Mapping[str, Any] | str) -> None:
        """Write a file of `pipelines/`."""
        path = self.root / "pipelines" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(dict(content), sort_keys=False))

    def rows(self, rows: Sequence[Mapping[str, Any]], name: str = "rows.csv") -> None:
        """Write a CSV file beside `pipelines/`."""
        with (self.root / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def feed(self, content: bytes, *arguments: str) -> Done:
        """Run the program with this as its standard input."""
        if self.zygote is None:
            command, environment = [str(PROGRAM), *arguments], dict(self.environment)
            done = subprocess.run(
                command, cwd=self.root, env=environment, input=content, capture_output=True, timeout=120, check=False
            )
            return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            forked = self.fork(self.zygote, *arguments, stdin=file.name)
            out, err = forked.communicate()
        return Done(forked.returncode or 0, out, err)

    def run(self, *arguments: str, **environment: str) -> Done:
        """Run the program and wait for it. What Python reads when it starts needs a process of its own."""
        if self.zygote and not any(name.startswith("PYTHON") for name in environment):
            forked = self.fork(self.zygote, *arguments, **environment)
            out, err = forked.communicate()
            check_newest(self.root)
            return Done(forked.returncode or 0, out, err)
        done = subprocess.run(
            [str(PROGRAM), *arguments],
            cwd=self.root,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        check_newest(self.root)
        return Done(done.returncode, done.stdout, done.stderr)

    def fork(self, zygote: Zygote, *arguments: str, stdin: str = os.devnull, **environment: str) -> Forked:
        """Fork a run without waiting."""
        folder = tempfile.TemporaryDirectory()
        request: dict[str, Any] = {
            "stdin": stdin,
            "arguments": arguments,
            "folder": str(self.root),
            "environment": {**self.environment, **environment},
        }
        zygote.start({**request, "out": f"{folder.name}/out", "err": f"{folder.name}/err"})
        return Forked(zygote, folder)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Run the program without waiting."""
        return subprocess.Popen(
            [str(PROGRAM), *arguments],
            cwd=self.root,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def results(self) -> dict[str, Any]:
        """The newest run_results.json."""
        newest = max((self.root / ".odoo_etl/runs").iterdir())
        return json.loads((newest / "run_results.json").read_text())

    def rejects(self, job: str = "partners") -> list[dict[str, str]]:
        """The rejected rows of the newest run."""
        newest = max((self.root / ".odoo_etl/runs").iterdir())
        with (newest / "rejects" / f"{job}.csv").open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))


def clean_environment() -> dict[str, str]:
    """The environment without what would point the program somewhere else."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ODOO_")}


def partners_job(**changes: Any) -> dict[str, Any]:
    """A job that syncs `rows.csv` (ref, name, country, email) into res.partner; `changes` replace its parts."""
    job = {
        "version": 1,
        "job": "partners",
        "source": {"type": "csv", "path": "../rows.csv"},
        "target": {"model": "res.partner", "key": "ref"},
        "fields": {
            "ref": "ref",
            "name": {"column": "name", "required": True},
            "email": {"column": "email", "transform": ["strip", "lower"]},
            "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
        },
    }
    return {**job, **changes}


def partner_rows(prefix: str, count: int) -> list[dict[str, str]]:
    """Rows for `partners_job`, with refs that no other test has."""
    countries = ("DE", "FR", "BE", "")
    return [
        {
            "ref": f"{prefix}-{n:05}",
            "name": f"Partner {n}",
            "email": f" P{n}@Example.COM ",
            "country": countries[n % len(countries)],
        }
        for n in range(count)
    ]
