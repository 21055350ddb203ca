"""Progress for a person while jobs run: a bar on a terminal, a log line now and then elsewhere. Goes to stderr."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_etl.events import Wait
from odoo_etl.observers import NoObserver
from odoo_etl.rejects import rejects_file
from odoo_etl.reporting.text import shown_path
from odoo_etl.results import Counts, JobResult, RejectedRow
from odoo_etl.text import printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


LOG_EVERY_S = 10.0
SHOWN_REJECTS = 5


class Watcher(NoObserver):
    """The observer of a run that a person watches: hands what happens to a display."""

    def __init__(self, display: Display) -> None:
        self._display, self._folder = display, Path()
        self._shown: Counter[str] = Counter()
        self._lock = threading.Lock()

    def run_started(self, _run_id: str, folder: Path) -> None:
        """Learn where the rejects will be."""
        self._folder = folder

    def job_started(self, job: str, rows: int) -> None:
        """Begin with so many rows."""
        self._display.start(job, rows)

    def progressed(self, job: str, counts: Counts) -> None:
        """Show how far the job is."""
        self._display.advance(job, counts)

    def rejected(self, job: str, row: RejectedRow) -> None:
        """Say the first rejected rows of a job, then where the others are."""
        with self._lock:
            shown = self._shown[job]
            self._shown[job] += 1
        if shown < SHOWN_REJECTS:
            place = f"{row.file}:{row.line}" if row.file else f"line {row.line}"
            what = f"{row.field}: " if row.field else ""
            self._display.say(f"{job}: rejected {place}: {what}{row.reason}")
        elif shown == SHOWN_REJECTS:
            self._display.say(f"{job}: more rejected rows go to {shown_path(rejects_file(self._folder, job))}")

    def waiting(self, job: str, wait: Wait) -> None:
        """Say it."""
        if wait.reason == "server":
            self._display.say(f"{job}: {wait.text}; again in {wait.seconds:.1f} s")

    def note(self, job: str, text: str) -> None:
        """Say it."""
        self._display.say(f"{job}: {text}")

    def job_finished(self, result: JobResult) -> None:
        """Say how a job ended that did not end well."""
        if result.status != "done":
            self._display.say(f"{result.job}: {result.status.upper()}: {result.error}")
        self._display.finish(result.job)


class Display:
    """Plain lines with the time, for logs; the base of the terminal's display."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started: dict[str, float] = {}
        self._rows: dict[str, int] = {}
        self._last = 0.0

    def say(self, text: str) -> None:
        """Print a line."""
        with self._lock, suppress(OSError):  # a full disk under the log is no reason to stop
            sys.stderr.write(f"{time.strftime('%H:%M:%S')} {printable(text)}\n")
            sys.stderr.flush()

    def start(self, job: str, rows: int) -> None:
        """A job begins with so many rows."""
        self._started[job] = self._last = time.monotonic()
        self._rows[job] = rows
        self.say(f"{job}: {rows:,} rows")

    def advance(self, job: str, counts: Counts) -> None:
        """Say how far the job is, but not too often."""
        now = time.monotonic()
        if now - self._last < LOG_EVERY_S:
            return
        self._last = now
        speed = counts.accounted / max(now - self._started[job], 0.001)
        left = (self._rows[job] - counts.accounted) / speed if speed else 0.0
        self.say(f"{job}: {counts.accounted:,} of {self._rows[job]:,} rows, {speed:,.0f} rows/s, {left:,.0f} s to go")

    def finish(self, job: str) -> None:
        """A job ended; the summary follows elsewhere."""

    def close(self) -> None:
        """No job follows."""


class TerminalDisplay(Display):
    """A progress bar with rows/s and the time to go."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - only terminals pay for rich
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        super().__init__()
        self._progress: Progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, TaskID] = {}
        self._progress.start()

    def say(self, text: str) -> None:
        """Print a line above the bars."""
        self._progress.console.print(printable(text), markup=False, highlight=False)

    def start(self, job: str, rows: int) -> None:
        """A bar for the job."""
        self._started[job] = time.monotonic()
        self._tasks[job] = self._progress.add_task(job, total=rows, speed="")

    def advance(self, job: str, counts: Counts) -> None:
        """Move the bar."""
        speed = counts.accounted / max(time.monotonic() - self._started[job], 0.001)
        self._progress.update(self._tasks[job], completed=counts.accounted, speed=f"{speed:,.0f} rows/s")

    def finish(self, job: str) -> None:
        """Leave the bar where it is."""
        if job in self._tasks:
            self._progress.stop_task(self._tasks[job])

    def close(self) -> None:
        """Take the terminal back."""
        self._progress.stop()


def display() -> Display:
    """Bars on a terminal, lines elsewhere."""
    return TerminalDisplay() if sys.stderr.isatty() else Display()
