"""The ways to divide a run, and what each of them left."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.project import WRITES, Done, Project
from tests.pairs import EVERY
from tests.zygote import Zygote

CLOSING = "closing"
DASK = {"type": "dask", "workers": 2}
WAYS = ("processes", "dask", "partitions")

ONE_PROCESS, TWO_PROCESSES = (), ("--workers", "2")
ODOO = pytest.mark.odoo
# How a run is divided and which server it writes to are nothing to each other; starting workers takes seconds.
SERVERS_AND_WORKERS = pytest.mark.parametrize(
    ("server", "workers"),
    [
        pytest.param("sandbox", TWO_PROCESSES, id="sandbox, two processes"),
        pytest.param("odoo", ONE_PROCESS, id="odoo, one process", marks=ODOO),
        *([("sandbox", ONE_PROCESS), pytest.param("odoo", TWO_PROCESSES, marks=ODOO)] if EVERY else []),
    ],
    indirect=["server"],
)


@dataclass(frozen=True)
class Divided:
    """The results of all processes that did a run."""

    done: Sequence[Done]

    @property
    def code(self) -> int:
        """The exit code, the highest of several."""
        return max(one.code for one in self.done)

    @property
    def err(self) -> str:
        """What was printed besides."""
        return "\n".join(one.err for one in self.done)

    def jobs(self, name: str = "partners") -> list[dict[str, Any]]:
        """The results of one job; each adds up."""
        found = [job for one in self.done for job in json.loads(one.out)["jobs"] if job["job"] == name]
        for job in found:
            counts = {kind: rows for kind, rows in job["counts"].items() if kind != "not_attempted"}  # these failed
            assert counts["read"] == sum(counts.values()) - counts["read"], job
        return found

    def counts(self, name: str = "partners", *, closing: bool = False) -> dict[str, int]:
        """The counts of all parts, or of the run that followed, that are not zero."""
        sums: Counter[str] = Counter()
        for job in self.jobs(name):
            if (job["part"] == CLOSING) == closing:
                sums.update(job["counts"])
        return {kind: count for kind, count in sums.items() if count}

    def closing(self, name: str = "partners") -> dict[str, Any]:
        """The result of the run over all rows that followed the parts."""
        (found,) = [job for job in self.jobs(name) if job["part"] == CLOSING]
        return found

    def writes(self, name: str = "partners") -> int:
        """How many calls wrote."""
        calls = [pair for job in self.jobs(name) for pair in job["calls"].items()]
        return sum(count for call, count in calls if call.rpartition(".")[2] in WRITES)


@dataclass
class Way:
    """One way to divide runs of a project. Partitions are forked, each by a zygote of its own; so is what directs
    processes or Dask, and its workers in turn. Without zygotes all start as ever.
    """

    project: Project
    name: str
    zygotes: Sequence[Zygote] = ()
    of: int = 2
    started: list[Any] = field(default_factory=list)

    def run(self, *jobs: str) -> Divided:
        """Run jobs, divided."""
        self.start(*jobs)
        ended = [(one, *one.communicate(timeout=120)) for one in self.started]
        self.started = []
        return Divided([Done(one.returncode, out, err) for one, out, err in ended])

    def start(self, *jobs: str) -> None:
        """Begin such a run; `run` waits for it, too."""
        if self.started:
            return
        if self.name == "partitions":
            self.started = [self.part(number, *jobs) for number in range(1, self.of + 1)]
        elif self.zygotes:
            self.started = [self.project.fork(self.zygotes[0], "run", *jobs, *self.options, "--json")]
        else:
            self.started = [self.project.start("run", *jobs, *self.options, "--json")]

    def part(self, number: int, *jobs: str) -> Any:
        """Begin one part."""
        part = f"{number}/{self.of}"
        return self.project.fork(self.zygotes[number - 1], "run", *jobs, "--partition", part, "--json")

    @property
    def options(self) -> list[str]:
        """What a divided run is asked for with; Dask is in project.yaml."""
        return ["--workers", str(self.of)]
