"""How much sooner two workers are done than one, where all the work is the tool's: `executor: dask`, instant server.

Two processors seldom do twice the work of one: they share caches, memory, or a core. What this machine gives is
measured beside it: two runs at once that know nothing of each other, with half of the rows each, against one of them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench.data import COLUMNS, Rows, write_csv
from bench.own import check_created, instant_server
from bench.process import Figures, WrongResult
from bench.steps import TOOL, Round
from bench.tool import BY_KEY, make_project, run_project
from tests.servers import Server

WORKERS = {1: "1 Dask worker", 2: "2 Dask workers"}
ONE_HALF, BOTH_HALVES = "half of the rows, one run", "both halves, two runs at once"
PROGRAM = Path(sys.executable).with_name("odoo-etl")  # the environment of the tests has Dask


def scale(this: Round) -> None:
    """The same rows by one worker and by two; then what two processors give to runs that share nothing."""
    for workers, what in WORKERS.items():  # each with a server that remembers nothing
        with _project(this.rows, "executor: dask\n") as (folder, server):
            run = partial(run_project, folder, server, program=PROGRAM, options=("--workers", str(workers)))
            this.measure(what, TOOL, run, partial(check_created, server, this.rows))
    with ExitStack() as stack:
        halves = [stack.enter_context(_project(this.rows // 2)) for _ in range(2)]
        for what, several in ((ONE_HALF, halves[:1]), (BOTH_HALVES, halves)):
            this.measure(what, TOOL, partial(_at_once, several), lambda: None)


@contextmanager
def _project(rows: int, settings: str = "") -> Iterator[tuple[Path, Server]]:
    """A project with a job of so many rows, and a server of its own."""
    with tempfile.TemporaryDirectory(prefix="odoo-etl-bench-") as name, instant_server() as server:
        make_project(Path(name), BY_KEY, settings)
        write_csv(Path(name, "rows.csv"), COLUMNS, Rows(rows))
        yield Path(name), server


def _at_once(projects: list[tuple[Path, Server]]) -> Figures:
    """The figures of the slowest of several runs that begin together."""
    with ThreadPoolExecutor(len(projects)) as several:
        done = list(several.map(lambda one: run_project(*one, program=PROGRAM), projects))
    if not all(one.calls for one in done):
        raise WrongResult("a run made no calls")
    return max((one.figures for one in done), key=lambda one: one.seconds)
