"""The world of a server as it sees it: a clock, the processes of runs, who is told; tests have a world of their own."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from odoo_etl.launching import Order
from odoo_etl.serving.aside import Aside, Threads
from odoo_etl.spec import Project
from odoo_etl.state import Ledger


class Clock(Protocol):
    """The time: what people call it, and how much of it goes by."""

    def now(self) -> float:
        """Epoch seconds; somebody may put it forward or back."""
        ...

    def monotonic(self) -> float:
        """Seconds from any beginning on, which nobody sets."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Epoch seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds from any beginning on."""
        return time.monotonic()


class Child(Protocol):
    """The process of a run."""

    @property
    def pid(self) -> int:
        """Its number, on the machine where it is."""
        ...

    def run_id(self) -> str:
        """The id of its run; "" as long as it has not said so."""
        ...

    def exit_code(self) -> int | None:
        """As of the command line, 128 + n where signal n killed it; None while it is at work."""
        ...

    def interrupt(self) -> None:
        """Ask it to end in order."""
        ...

    def kill(self) -> None:
        """End it where it is."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """All that the ledger knows of a process that another server has started, or this one before it was ended."""

    run_id: str
    host: str
    pid: int
    log: str


class Started(Protocol):
    """A process that no schedule started: somebody began it in the page."""

    @property
    def exit_code(self) -> int | None:
        """None while it is at work."""
        ...

    def interrupt(self) -> None:
        """Ask it to end in order."""
        ...


class Processes(Protocol):
    """Starts the processes of runs, and finds those that are there already."""

    def start(self, order: Order, log: Path, environ: Mapping[str, str]) -> Child:
        """A process of its own. Raises OSError."""
        ...

    def find(self, known: Known) -> Child:
        """A process that another server has started; it may be over."""
        ...


@dataclass(frozen=True, slots=True)
class News:
    """Something that a server tells.

    Attributes:
        level: info, warning or error.
        event: a word for programs.
        text: a sentence for people.
        known: what it is about, by name: schedule, due, run.
    """

    level: str
    event: str
    text: str
    known: Mapping[str, Any] = field(default_factory=dict)


Tell = Callable[[News], object]
Look = Callable[[Project, Ledger], Sequence[str]]  # returns sentences that people should know


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that a server is put together from.

    Attributes:
        aside: does what may take its time, beside the loop.
        looks: are called about once a minute, aside, with the project as it is and its ledger: alerts, say.
        host: the name of this machine.
    """

    processes: Processes
    tell: Tell
    clock: Clock = field(default_factory=SystemClock)
    aside: Aside = field(default_factory=Threads)
    looks: Sequence[Look] = ()
    host: str = field(default_factory=socket.gethostname)
