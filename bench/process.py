"""One process from outside: how long it took, how much processor time and memory."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 5400


class WrongResult(Exception):
    """A run that failed, or left other data in Odoo than it should have; its figures are worth nothing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one process, or several in a row, took.

    Attributes:
        seconds: wall clock, from the start of the process to its end.
        cpu_s: user and system time of the process and its own children.
        peak_mib: the largest resident set; that of this benchmark when it was larger (it stays below 100 MiB).
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
    out, err = folder / "stdout", folder / "stderr"
    with out.open("wb") as stdout, err.open("wb") as stderr, _on(cpus):
        started = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **(env or {})}, stdout=stdout, stderr=stderr)
    killer = threading.Timer(TIMEOUT_S, process.kill)
    killer.daemon = True
    killer.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGKILL and seconds >= TIMEOUT_S:
        raise WrongResult(f"{Path(command[0]).name} did not end in {TIMEOUT_S} s")
    figures = Figures(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    return Ended(figures, process.returncode, out, err)


class _on:  # noqa: N801 - reads as the preposition it is
    """Children that are started inside are bound to these processors (None: to any)."""

    def __init__(self, cpus: set[int] | None) -> None:
        self._cpus = cpus
        self._before = os.sched_getaffinity(0)

    def __enter__(self) -> None:
        if self._cpus:
            os.sched_setaffinity(0, self._cpus)

    def __exit__(self, *_: object) -> None:
        os.sched_setaffinity(0, self._before)
