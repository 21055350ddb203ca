"""A world in which weeks of schedules pass in seconds: a clock that tests put forward, and runs in this process.

The server is the real one, and so are its ledger, its project and what runs do to Odoo; only time is not, and a run
takes as long as the world says. What happens when is a story: moments, and what is done then.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import odoo_etl
from odoo_etl.launching import Order
from odoo_etl.serving import Known, Look, News, Parts, ProjectFiles, Server, Station, outcome_of
from odoo_etl.state import Ledger, open_ledger
from tests.forked import FORKS

LONGEST_STEP_S = 900.0
KILLED = 128 + signal.SIGKILL


class WorldClock:
    """A clock that stands still until it is put forward."""

    def __init__(self, start: datetime) -> None:
        self.at = start.timestamp()
        self._begin = self.at

    def now(self) -> float:
        """Epoch seconds."""
        return self.at

    def monotonic(self) -> float:
        """Seconds since the world began."""
        return self.at - self._begin

    def utc(self) -> datetime:
        """The time in UTC."""
        return datetime.fromtimestamp(self.at, UTC)

    def as_odoo_writes_it(self) -> str:
        """The same as text."""
        return f"{self.utc():%Y-%m-%d %H:%M:%S}"


class AtOnce:
    """What takes its time elsewhere takes none here."""

    def __call__(self, work: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """Do it."""
        then(outcome_of(work))

    def settle(self) -> None:
        """Nothing waits."""


class Deadly(odoo_etl.NoObserver):
    """Ends the process of a run as soon as Odoo has confirmed its first rows."""

    def progressed(self, job: str, counts: odoo_etl.Counts) -> None:
        """Rows have their outcome."""
        if counts.accounted:
            os.kill(os.getpid(), signal.SIGKILL)


def run_to_death(folder: Path, environ: Mapping[str, str], arguments: tuple[str, ...], clock: WorldClock) -> None:
    """A run that is killed on its way; in a process of its own."""
    odoo_etl.run(odoo_etl.Workspace(folder, environ=environ, observer=Deadly(), clock=clock.utc), arguments)


@dataclass
class Process:
    """A run that has been carried out already, and that the world believes to be at work until its time has come."""

    clock: WorldClock
    ends_at: float
    code: int
    run: str
    pid: int = 1

    def run_id(self) -> str:
        """Known from the beginning."""
        return self.run

    def exit_code(self) -> int | None:
        """None until it is over."""
        return self.code if self.clock.at >= self.ends_at else None

    def interrupt(self) -> None:
        """It ends now."""
        self.ends_at, self.code = self.clock.at, 128 + signal.SIGTERM

    def kill(self) -> None:
        """It ends now, without a word."""
        self.ends_at, self.code = self.clock.at, KILLED


@dataclass
class World:
    """A project, its server and its time.

    Attributes:
        takes_s: how long a run takes.
        doomed: the next run of this job is killed when it has written something.
        looks: of the server, as `Parts.looks`.
        news: all that the servers have told.
    """

    folder: Path
    clock: WorldClock
    zone: ZoneInfo
    environ: dict[str, str] = field(default_factory=dict)
    takes_s: float = 240.0
    doomed: str = ""
    looks: tuple[Look, ...] = ()
    news: list[tuple[str, News]] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)
    _server: Server | None = None
    _ledger: Ledger | None = None
    _dead: list[Server] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)

    # Processes, as a server asks for them

    def start(self, order: Order, log: Path, environ: Mapping[str, str]) -> Process:
        """Carry out a run, which ends when it has taken its time."""
        environ = {**self.environ, **{name: environ[name] for name in environ if name.startswith("ODOO_ETL_")}}
        if self.doomed in order.arguments:
            self.doomed = ""
            child = FORKS.Process(target=run_to_death, args=(self.folder, environ, order.arguments, self.clock))
            child.start()
            child.join()
            assert child.exitcode == -signal.SIGKILL
            run_id, code = max(path.name for path in (self.folder / ".odoo_etl/runs").iterdir()), KILLED
        else:
            workspace = odoo_etl.Workspace(self.folder, environ=environ, approved=order.approved, clock=self.clock.utc)
            use_case = odoo_etl.run if order.verb == "run" else odoo_etl.resume
            result = use_case(workspace, order.arguments if order.verb == "run" else order.arguments[0])
            run_id, code = result.run_id, result.exit_code
        self._date(run_id, code)
        process = Process(self.clock, self.clock.at + self.takes_s, code, run_id)
        self.processes[str(log)] = process
        return process

    def find(self, known: Known) -> Process:
        """A run that another server has started."""
        return self.processes[known.log]

    def _date(self, run_id: str, code: int) -> None:
        """Let the ledger say that a run was when the world says so."""
        with closing(sqlite3.connect(self.folder / ".odoo_etl/state.db")) as ledger, ledger:
            ledger.execute("UPDATE etl_runs SET started_at = ? WHERE id = ?", (self.clock.at, run_id))
            if code != KILLED:
                ended = self.clock.at + self.takes_s
                ledger.execute("UPDATE etl_runs SET finished_at = ? WHERE id = ?", (ended, run_id))

    # The server

    def begin(self) -> None:
        """Start a server; there may be a ledger already."""
        files = ProjectFiles(odoo_etl.Workspace(self.folder, environ=self.environ))
        state = files.project.state_dir
        url = files.project.project.state.url.get_secret_value()
        ledger = self._ledger = self._stack.enter_context(open_ledger(url, state))
        station = Station(
            parts=Parts(self, self._tell, self.clock, AtOnce(), self.looks, "box"),
            ledger=ledger,
            project=self.folder,
            environment=files.project.environment,
            connection="",
            variables={},
            approved=True,
            logs=state / "serve",
            environ={},
            token=uuid4().hex,
            most=2,
        )
        self._server = Server(station, files, LONGEST_STEP_S)

    def kill(self) -> None:
        """End the server where it is: its locks stay, and nobody holds them; its runs go on."""
        if self._server and self._ledger:
            self._dead.append(self._server)  # what it holds is not let go of
            self._ledger._locks._left = True
        self._server = None
        self._stack.close()
        self._stack = ExitStack()

    def until(self, at: datetime) -> None:
        """Let time pass."""
        end = at.timestamp()
        while self.clock.at < end:
            wait_s = self._server.step() if self._server else end - self.clock.at
            ends = [one.ends_at for one in self.processes.values() if one.ends_at > self.clock.at]
            self.clock.at = min([end, self.clock.at + wait_s, *ends])

    def close(self) -> None:
        """The end of the world."""
        self.kill()

    def _tell(self, news: News) -> None:
        self.news.append((self.told(self.clock.at), news))

    # Its history

    def told(self, at: float) -> str:
        """A moment as people say it."""
        return f"{datetime.fromtimestamp(at, self.zone):%a %H:%M}"

    def slots(self, schedule: str) -> Iterator[str]:
        """What has become of the slots of a schedule, oldest first."""
        state = next(
            one for one in odoo_etl.schedules(self.folder, slots=1000, now=self.clock.now) if one.name == schedule
        )
        for slot in reversed(state.slots):
            codes = " ".join(f"{one.verb}:{one.exit_code}" for one in slot.attempts)
            times = f" x{slot.times}" if slot.times > 1 else ""
            why = "" if slot.why == "time" else f" {slot.why}"
            yield f"{self.told(slot.due.timestamp())}{why} {slot.status}{times}{f' {codes}' if codes else ''}"
