"""What the tool itself costs: against a server that answers at once, on one processor; its start; its checks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.data import COLUMNS, Rows, write_csv
from bench.process import Ended, Figures, WrongResult, run
from bench.steps import FIRST, TOOL, UNCHANGED, Round
from bench.tool import BY_KEY, Done, installed, make_project, run_project, variables
from tests.servers import Server

HELP, VALIDATE = "--help", "validate 200 jobs"
JOBS = 200
ROOT = Path(__file__).parents[1]


def own(this: Round) -> None:
    """A first load on one processor; the server has the others."""
    mine, others = _processors()
    with tempfile.TemporaryDirectory(prefix="odoo-etl-bench-") as name, instant_server(others) as server:
        folder = Path(name)
        make_project(folder, BY_KEY)
        write_csv(folder / "rows.csv", COLUMNS, Rows(this.rows))

        check = partial(check_created, server, this.rows)
        this.measure(FIRST, TOOL, lambda: run_project(folder, server, cpus=mine), check)


def start(this: Round) -> None:
    """`--help`, and `validate` of many jobs."""
    with tempfile.TemporaryDirectory(prefix="odoo-etl-bench-") as name:
        folder = Path(name)
        make_project(folder, BY_KEY)
        for number in range(1, JOBS):
            job = BY_KEY.replace("job: partners", f"job: partners_{number}")
            (folder / f"pipelines/job_{number}.yaml").write_text(job)
        nothing_to_check = lambda: None  # noqa: E731
        this.measure(HELP, TOOL, lambda: _ended(run([str(installed()), "--help"], folder)), nothing_to_check)
        check = [str(installed()), "validate", "--project", str(folder)]
        env = {"ODOO_URL": "sandbox", "ODOO_DB": "", "ODOO_USER": "", "ODOO_API_KEY": ""}
        this.measure(VALIDATE, TOOL, lambda: _ended(run(check, folder, env=env)), nothing_to_check)


def stages(this: Round) -> None:
    """Where the tool's time goes: in a first load, in a re-run, and against a server that answers at once."""
    with this.contender(TOOL) as contender:
        for what in (FIRST, UNCHANGED):
            _watch(this, contender.folder, contender.server, what)
    with tempfile.TemporaryDirectory(prefix="odoo-etl-bench-") as name, instant_server() as server:
        _watch(this, Path(name), server, f"{FIRST}, instant server")


def _watch(this: Round, folder: Path, server: Server, what: str) -> None:
    if not (folder / "pipelines").exists():
        make_project(folder, BY_KEY)
        write_csv(folder / "rows.csv", COLUMNS, Rows(this.rows))
    found = folder / "stages.json"
    command = [sys.executable, "-m", "bench.stages", str(found), "run", "--json", "--project", str(folder)]
    ended = run(command, folder, env={**variables(server), "PYTHONPATH": str(ROOT)})
    if ended.code:
        raise WrongResult(f"odoo-etl run ended with {ended.code}: {ended.tail()}")
    this.stages[f"{what}, {this.rows:,}"] = json.loads(found.read_text())


@contextmanager
def instant_server(cpus: set[int] | None = None) -> Iterator[Server]:
    """A `bench.instant` in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "bench.instant"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if cpus:
        os.sched_setaffinity(process.pid, cpus)
    try:
        assert process.stdout
        port = int(process.stdout.readline())
        yield Server("instant", f"http://127.0.0.1:{port}", "bench", "admin", "admin", "key")
    finally:
        process.kill()
        process.wait()


def check_created(server: Server, wanted: int) -> None:
    """Compare what an instant server was told to create with the source. Raises WrongResult: they differ."""
    with urllib.request.urlopen(f"{server.url}/created", timeout=5) as answer:
        created = int(json.load(answer)["created"])
    if created != wanted:
        raise WrongResult(f"{created} records created, not {wanted}")


def _processors() -> tuple[set[int] | None, set[int] | None]:
    """One for the tool and the others for the server; None where there is only one."""
    ours = sorted(os.sched_getaffinity(0))
    return ({ours[0]}, set(ours[1:])) if len(ours) > 1 else (None, None)


def _ended(ended: Ended) -> Figures | Done:
    if ended.code:
        raise WrongResult(f"ended with {ended.code}: {ended.tail()}")
    return ended.figures
