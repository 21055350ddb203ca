"""One process from outside: how long it took, how much processor time and memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 5400
LAUNCHER = Path(__file__).with_name("launch.py")


class WrongResult(Exception):
    """A run that failed, or left other data in Odoo than it should have; its figures are worth nothing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one process, or several in a row, took.

    Attributes:
        seconds: wall clock, from the start of the process to its end.
        cpu_s: user and system time of the process and its own children.
        peak_mib: the largest resident set.
    """

    seconds: float
    cpu_s: float
    peak_mib: float

    def __add__(self, other: Figures) -> Figures:
        """Both, one after the other."""
        return Figures(self.seconds + other.seconds, self.cpu_s + other.cpu_s, max(self.peak_mib, other.peak_mib))


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that ended: its figures, exit code, and the files that hold what it printed."""

    figures: Figures
    code: int
    out: Path
    err: Path

    def tail(self) -> str:
        """The end of what it printed."""
        return (self.err.read_text(errors="replace") + self.out.read_text(errors="replace"))[-500:]


def run(
    command: Sequence[str], folder: Path, *, env: Mapping[str, str] | None = None, cpus: set[int] | None = None
) -> Ended:
    """Run a command in a folder, on the given processors only.

    Raises:
        WrongResult: it did not end in `TIMEOUT_S`.
    """
    out, err, took = folder / "stdout", folder / "stderr", folder / "took.json"
    launch = [sys.executable, "-I", "-S", str(LAUNCHER), str(took), str(TIMEOUT_S), *command]
    with out.open("wb") as stdout, err.open("wb") as stderr, _children_on(cpus):
        subprocess.run(launch, cwd=folder, env={**os.environ, **(env or {})}, stdout=stdout, stderr=stderr, check=True)
    kept = json.loads(took.read_text())
    if kept["code"] == -signal.SIGKILL and kept["seconds"] >= TIMEOUT_S:
        raise WrongResult(f"{Path(command[0]).name} did not end in {TIMEOUT_S} s")
    return Ended(Figures(kept["seconds"], kept["cpu_s"], kept["peak_mib"]), kept["code"], out, err)


@contextmanager
def _children_on(cpus: set[int] | None) -> Iterator[None]:
    """What is started inside is bound to these processors (None: to any)."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
