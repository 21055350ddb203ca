"""The observer that writes `events.jsonl`: important events at once, the others added up, about once a second.

What a killed run wrote is there up to its last second. However long a run takes, its file stays small: the lines of an
hour are twice as far apart as those of its first half, so that a day has some thousands.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from odoo_etl.events import Answered, Phase, Wait
from odoo_etl.observers import NoObserver
from odoo_etl.private_files import opener
from odoo_etl.reporting.events.held_files import hold, is_held
from odoo_etl.reporting.events.kinds import (
    Event,
    JobFinished,
    JobsChosen,
    JobStarted,
    Noted,
    PhaseBegan,
    Resumed,
    RunFinished,
    RunStarted,
    in_line,
)
from odoo_etl.reporting.events.sums import Sums
from odoo_etl.results import Counts, JobResult, RejectedRow, RunResult
from odoo_etl.text import redacted, secrets_in_use

EVENTS_FILE = "events.jsonl"
_AS_IT_IS = getattr(os, "O_BINARY", 0)  # Windows would end each line otherwise
EVERY_S = 1.0  # at the beginning of a run
SHARE = 300  # of the time that a run took so far is the time between two lines, from then on
MOST_NOTES = 500
LONGEST_TEXT = 2000


class EventLog(NoObserver):
    """Writes what it hears of a run into its folder. Any number of threads may use it.

    A full disk ends the file, not the run.

    Args:
        folder: of the run.
        failed: is given one sentence where the file cannot be written.
        clock: seconds, from any beginning on.

    Attributes:
        ended: no further event comes.
    """

    def __init__(
        self, folder: Path, command: str, failed: Callable[[str], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path, self._command, self._failed, self._clock = folder / EVENTS_FILE, command, failed, clock
        self._began = clock()
        self._last = self._began
        self._lock = threading.Lock()
        self._file: int | None = None
        self._sums = Sums(clock)
        self._notes = 0
        self.ended = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="events", daemon=True)

    def run_started(self, run_id: str, _folder: Path) -> None:
        """Begin the file."""
        with self._lock:
            self._open()
            self._write(RunStarted(run_id, self._command, host=socket.gethostname(), pid=os.getpid()))
        self._ticker.start()

    def jobs_chosen(self, jobs: Sequence[str]) -> None:
        """Write it."""
        with self._lock:
            self._write(JobsChosen(tuple(jobs)))

    def phase(self, job: str, phase: Phase) -> None:
        """Write it."""
        with self._lock:
            self._write(PhaseBegan(job, phase.value))

    def resumed(self, job: str, rows: int) -> None:
        """Write it."""
        with self._lock:
            self._write(Resumed(job, rows))

    def calling(self, job: str, calls: Sequence[str]) -> None:
        """Keep how long calls are on their way."""
        with self._lock:
            self._sums.calling(job, is_any=bool(calls))

    def answered(self, job: str, answered: Answered) -> None:
        """Add it up for the next line."""
        with self._lock:
            self._sums.answered(job, answered)

    def waiting(self, job: str, wait: Wait) -> None:
        """Add it up for the next line."""
        with self._lock:
            self._sums.waiting(job, wait, _told(wait.text))

    def job_started(self, job: str, rows: int) -> None:
        """Write it."""
        with self._lock:
            self._write(JobStarted(job, rows))

    def progressed(self, job: str, counts: Counts) -> None:
        """Keep it for the next line."""
        with self._lock:
            self._sums.counts[job] = counts

    def rejected(self, job: str, row: RejectedRow) -> None:
        """Count it for the next line."""
        with self._lock:
            self._sums.rejected[job, row.field, row.code] += 1

    def note(self, job: str, text: str) -> None:
        """Write it, if it is among the first."""
        with self._lock:
            self._notes += 1
            if self._notes <= MOST_NOTES:
                self._write(Noted(job, _told(text)))
            elif self._notes == MOST_NOTES + 1:
                self._write(Noted("", f"{MOST_NOTES} notes were written; further ones are left out"))

    def job_finished(self, result: JobResult) -> None:
        """Write it, and what came before it."""
        with self._lock:
            self._write_sums()
            error, took = _told(result.error), result.elapsed_s
            named = (result.job, result.model, result.part, result.status)
            self._write(JobFinished(*named, result.counts, took, result.exit_code, error))

    def close(self, result: RunResult | None = None) -> None:
        """Write the last lines and give the file back; a run that ends in no result has no end in it."""
        self.ended.set()
        if self._ticker.is_alive():
            self._ticker.join()
        with self._lock:
            self._write_sums()
            if result is not None:
                self._write(RunFinished(result.exit_code, result.elapsed_s, _told(result.error)))
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def flush(self) -> None:
        """Write what was added up, if it is time to."""
        with self._lock:
            now = self._clock()
            if now - self._last >= max(EVERY_S, (now - self._began) / SHARE):
                self._last = now
                self._write_sums()

    def _tick(self) -> None:
        while not self.ended.wait(EVERY_S):
            self.flush()

    def _write_sums(self) -> None:
        for event in self._sums.taken():
            self._write(event)

    def _open(self) -> None:
        try:
            self._file = opener(str(self._path), os.O_WRONLY | os.O_CREAT | os.O_APPEND | _AS_IT_IS)
        except OSError as error:
            self._give_up(error)
            return
        with suppress(OSError):  # a file system without locks: nobody will know whether the run is alive
            hold(self._file)

    def _write(self, event: Event) -> None:
        if self._file is None:
            return
        line = in_line(datetime.now(UTC).isoformat(timespec="milliseconds"), self._clock() - self._began, event)
        try:
            while line:
                line = line[os.write(self._file, line) :]
        except OSError as error:
            os.close(self._file)
            self._file = None
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self._failed(f"{EVENTS_FILE} could not be written on: {error.strerror or error}")


def is_alive(folder: Path) -> bool | None:
    """Whether the run of a folder still writes its events: it holds their lock until it ends, or is killed.

    None where that cannot be seen: it is of another machine, or of a user whose files are closed to us.
    """
    try:
        file = os.open(folder / EVENTS_FILE, os.O_RDONLY)
    except OSError:
        return None
    try:
        return is_held(file)
    finally:
        os.close(file)


def _told(text: str) -> str:
    """A text without secrets, and not endless."""
    short = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
    return redacted(short, secrets_in_use())
