"""Servers in a world where runs do nothing but take their time: what they start, watch and leave is all there is."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import odoo_etl
from odoo_etl.launching import Order
from odoo_etl.serving import Known, News, Parts, ProjectFiles, Server, Station
from odoo_etl.state import Ledger, Slot, open_ledger
from tests.week import AtOnce

KILLED = 128 + signal.SIGKILL
JOB = """\
version: 1
job: {name}
source: {{type: csv, path: ../{name}.csv}}
target: {{model: res.partner, key: ref}}
fields: {{ref: ref}}
"""


class Time:
    """A clock that stands still until it is put forward; what people call it may be set back as well."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self.wall, self.passed = start, 0.0

    def now(self) -> float:
        """Epoch seconds."""
        return self.wall

    def monotonic(self) -> float:
        """Seconds since the world began."""
        return self.passed

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.passed += seconds


@dataclass
class Run:
    """A process that has been started."""

    time: Time
    order: Order
    environ: Mapping[str, str]
    run: str
    began: float
    ends_at: float
    code: int
    pid: int = 1
    signals: list[str] = field(default_factory=list)
    obeys: bool = True

    def run_id(self) -> str:
        """Known from the beginning."""
        return self.run

    def exit_code(self) -> int | None:
        """None until it is over."""
        return self.code if self.time.passed >= self.ends_at else None

    def interrupt(self) -> None:
        """It ends now, if it obeys."""
        self.signals.append("interrupt")
        if self.obeys:
            self._end(128 + signal.SIGTERM)

    def kill(self) -> None:
        """It ends now."""
        self.signals.append("kill")
        self._end(KILLED)

    def _end(self, code: int) -> None:
        if self.exit_code() is None:
            self.ends_at, self.code = self.time.passed, code


@dataclass
class One:
    """A server with a ledger of its own, as a process has it."""

    server: Server
    ledger: Ledger
    stack: ExitStack


@dataclass
class World:
    """A project, its time, what was started, and the servers that live.

    Attributes:
        codes: the exit codes of the next runs, in order; then 0.
        takes_s: how long a run takes.
    """

    folder: Path
    time: Time = field(default_factory=Time)
    takes_s: float = 30.0
    codes: list[int] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    logs: dict[str, Run] = field(default_factory=dict)
    live: list[One] = field(default_factory=list)
    dead: list[One] = field(default_factory=list)
    fails: int = 0
    obeys: bool = True

    # The project

    def write(self, **jobs: str) -> None:
        """Jobs with what is said of each besides, as `schedule: ...`; project.yaml under `project`."""
        folder = self.folder / "pipelines"
        folder.mkdir(exist_ok=True)
        project = jobs.pop("project", "")
        (folder / "project.yaml").write_text(f"connections: {{main: {{url: sandbox}}}}\n{project}", "utf-8")
        for name, more in jobs.items():
            (folder / f"{name}.yaml").write_text(f"{JOB.format(name=name)}{more}\n", "utf-8")

    # Processes

    def start(self, order: Order, log: Path, environ: Mapping[str, str]) -> Run:
        """Start a process."""
        if self.fails:
            self.fails -= 1
            raise OSError(11, "Resource temporarily unavailable")
        code = self.codes.pop(0) if self.codes else 0
        now = self.time.passed
        run = Run(self.time, order, environ, f"run-{len(self.runs)}", now, now + self.takes_s, code, obeys=self.obeys)
        for one in self.live[:1]:
            one.ledger.start_run(run.run, order.verb)
        self.runs.append(run)
        self.logs[str(log)] = run
        return run

    def find(self, known: Known) -> Run:
        """One that another server has started; where that was ended before, none is there."""
        nothing = Run(self.time, Order("run", (), self.folder), {}, "", 0.0, 0.0, KILLED)
        return self.logs.get(known.log, nothing)

    # Servers

    def begin(self, most: int = 2) -> Server:
        """Start a server."""
        files, stack = ProjectFiles(odoo_etl.Workspace(self.folder)), ExitStack()
        state = files.project.state_dir
        url = files.project.project.state.url.get_secret_value()
        ledger = stack.enter_context(open_ledger(url, state))
        station = Station(
            parts=Parts(self, self.news.append, self.time, AtOnce(), (), "box"),
            ledger=ledger,
            project=self.folder,
            environment="",
            connection="",
            variables={},
            approved=True,
            logs=state / "serve",
            environ={"LANG": "C"},
            token=uuid4().hex,
            most=most,
        )
        server = Server(station, files)
        self.live.append(One(server, ledger, stack))
        return server

    def kill(self, place: int = 0) -> None:
        """End a server where it is: its locks stay, and nobody holds them; its runs go on."""
        one = self.live.pop(place)
        one.ledger._locks._left = True
        one.stack.close()
        self.dead.append(one)  # what it holds is not let go of

    def step(self, seconds: float = 0.0) -> None:
        """Let time pass, then let each server look."""
        self.time.forward(seconds)
        for one in self.live:
            one.server.step()

    def settle(self, seconds: float, each_s: float = 60.0) -> None:
        """Let so much time pass, looked at often enough."""
        end = self.time.passed + seconds
        while self.time.passed < end:
            waits = [one.server.step() for one in self.live]
            ends = [run.ends_at - self.time.passed for run in self.runs if run.ends_at > self.time.passed]
            self.time.forward(min([end - self.time.passed, *(max(each, each_s) for each in waits), *ends]))
        self.step()

    def close(self) -> None:
        """The end of the world."""
        while self.live:
            self.live.pop().stack.close()

    # What is known

    def slots(self, schedule: str = "nightly") -> list[Slot]:
        """The slots of a schedule, oldest first."""
        return self.live[0].ledger.slots("").last(schedule, 10_000)[::-1]

    def told(self, schedule: str = "nightly") -> list[tuple[str, str, int | None, list[str]]]:
        """Of each slot: why, how, its exit code, and its attempts."""
        return [
            (one.kind, one.state, one.exit_code, [f"{each.verb}:{each.exit_code}" for each in one.attempts])
            for one in self.slots(schedule)
        ]

    def events(self) -> list[str]:
        """The events that servers told."""
        return [one.event for one in self.news]
