"""Observers of runs: what they hear; one that hears nothing, and one that keeps the failure of another from the run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

from odoo_etl.events import Answered, Phase, Wait
from odoo_etl.results import Counts, Destination, JobResult, RejectedRow, RunResult
from odoo_etl.text import redacted, secrets_in_use


class JobObserver(Protocol):
    """Hears of a job while it goes on; called from several threads."""

    def phase(self, job: str, phase: Phase) -> None:
        """The job is at this now; some phases take no time."""

    def job_started(self, job: str, rows: int) -> None:
        """The source has been read once: so many rows will come."""

    def resumed(self, job: str, rows: int) -> None:
        """So many more of the rows that are counted were done by an earlier run: they took no time in this one."""

    def batch_started(self, job: str, number: int, rows: int) -> None:
        """The thread that tells it begins with a batch of so many rows; it ends it before it begins another one."""

    def batch_ended(self, job: str, number: int) -> None:
        """The thread that tells it is through with the batch, well or not."""

    def calling(self, job: str, calls: Sequence[str]) -> None:
        """These calls are on their way now, the oldest first; told whenever one begins or ends."""

    def answered(self, job: str, answered: Answered) -> None:
        """A call came to an end."""

    def waiting(self, job: str, wait: Wait) -> None:
        """The job, or one of its lanes, waits."""

    def progressed(self, job: str, counts: Counts) -> None:
        """An answer of Odoo, or a batch, was counted: the counts by now, which a later verdict may lessen."""

    def exported(self, job: str, records: int) -> None:
        """So many records of an export are kept by now, those of an earlier one that it goes on with among them."""

    def note(self, job: str, text: str, /) -> None:
        """Something a person wants to know, such as where the job writes."""

    def job_finished(self, result: JobResult) -> None:
        """The job ended, well or not."""


class Observer(JobObserver, Protocol):
    """Hears of a run while it goes on. Nothing hangs on it: what it hears is in the run's result and files, too."""

    def run_started(self, run_id: str, folder: Path) -> None:
        """The run has a name, and a folder for its report."""

    def jobs_chosen(self, jobs: Sequence[str]) -> None:
        """The run is about these jobs, in this order."""

    def connected(self, destination: Destination) -> None:
        """The run writes there; told once for each connection, before the first write."""

    def rejected(self, job: str, row: RejectedRow) -> None:
        """A row was rejected, and is kept."""

    def run_finished(self, result: RunResult) -> None:
        """The run ended, well or not; its report is written next."""


class NoObserver:
    """The observer of a run that nobody watches; whoever watches derives from it, and so lives with events to come."""

    def run_started(self, run_id: str, folder: Path) -> None:
        """Nobody hears."""

    def jobs_chosen(self, jobs: Sequence[str]) -> None:
        """Nobody hears."""

    def connected(self, destination: Destination) -> None:
        """Nobody hears."""

    def phase(self, job: str, phase: Phase) -> None:
        """Nobody hears."""

    def job_started(self, job: str, rows: int) -> None:
        """Nobody hears."""

    def resumed(self, job: str, rows: int) -> None:
        """Nobody hears."""

    def batch_started(self, job: str, number: int, rows: int) -> None:
        """Nobody hears."""

    def batch_ended(self, job: str, number: int) -> None:
        """Nobody hears."""

    def calling(self, job: str, calls: Sequence[str]) -> None:
        """Nobody hears."""

    def answered(self, job: str, answered: Answered) -> None:
        """Nobody hears."""

    def waiting(self, job: str, wait: Wait) -> None:
        """Nobody hears."""

    def progressed(self, job: str, counts: Counts) -> None:
        """Nobody hears."""

    def exported(self, job: str, records: int) -> None:
        """Nobody hears."""

    def rejected(self, job: str, row: RejectedRow) -> None:
        """Nobody hears."""

    def note(self, job: str, text: str) -> None:
        """Nobody hears."""

    def job_finished(self, result: JobResult) -> None:
        """Nobody hears."""

    def run_finished(self, result: RunResult) -> None:
        """Nobody hears."""


class Several:
    """Hands everything on to several observers, in their order."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def run_started(self, run_id: str, folder: Path) -> None:
        """Hand it on."""
        for one in self._observers:
            one.run_started(run_id, folder)

    def jobs_chosen(self, jobs: Sequence[str]) -> None:
        """Hand it on."""
        for one in self._observers:
            one.jobs_chosen(jobs)

    def connected(self, destination: Destination) -> None:
        """Hand it on."""
        for one in self._observers:
            one.connected(destination)

    def phase(self, job: str, phase: Phase) -> None:
        """Hand it on."""
        for one in self._observers:
            one.phase(job, phase)

    def job_started(self, job: str, rows: int) -> None:
        """Hand it on."""
        for one in self._observers:
            one.job_started(job, rows)

    def resumed(self, job: str, rows: int) -> None:
        """Hand it on."""
        for one in self._observers:
            one.resumed(job, rows)

    def batch_started(self, job: str, number: int, rows: int) -> None:
        """Hand it on."""
        for one in self._observers:
            one.batch_started(job, number, rows)

    def batch_ended(self, job: str, number: int) -> None:
        """Hand it on."""
        for one in self._observers:
            one.batch_ended(job, number)

    def calling(self, job: str, calls: Sequence[str]) -> None:
        """Hand it on."""
        for one in self._observers:
            one.calling(job, calls)

    def answered(self, job: str, answered: Answered) -> None:
        """Hand it on."""
        for one in self._observers:
            one.answered(job, answered)

    def waiting(self, job: str, wait: Wait) -> None:
        """Hand it on."""
        for one in self._observers:
            one.waiting(job, wait)

    def progressed(self, job: str, counts: Counts) -> None:
        """Hand it on."""
        for one in self._observers:
            one.progressed(job, counts)

    def exported(self, job: str, records: int) -> None:
        """Hand it on."""
        for one in self._observers:
            one.exported(job, records)

    def rejected(self, job: str, row: RejectedRow) -> None:
        """Hand it on."""
        for one in self._observers:
            one.rejected(job, row)

    def note(self, job: str, text: str) -> None:
        """Hand it on."""
        for one in self._observers:
            one.note(job, text)

    def job_finished(self, result: JobResult) -> None:
        """Hand it on."""
        for one in self._observers:
            one.job_finished(result)

    def run_finished(self, result: RunResult) -> None:
        """Hand it on."""
        for one in self._observers:
            one.run_finished(result)


class GuardedObserver:
    """Hands everything on to an observer until that raises; from then on, the run goes without it.

    `KeyboardInterrupt` and its like are no failures of the observer: they are raised.

    Args:
        observer: of the caller.
        note: is given one sentence about the failure.
    """

    def __init__(self, observer: Observer, note: Callable[[str], object]) -> None:
        self._observer, self._note = observer, note
        self._lock = threading.Lock()
        self._failed = False

    def run_started(self, run_id: str, folder: Path) -> None:
        """Hand it on."""
        with _Guard(self, "run_started"):
            self._observer.run_started(run_id, folder)

    def jobs_chosen(self, jobs: Sequence[str]) -> None:
        """Hand it on."""
        with _Guard(self, "jobs_chosen"):
            self._observer.jobs_chosen(jobs)

    def connected(self, destination: Destination) -> None:
        """Hand it on."""
        with _Guard(self, "connected"):
            self._observer.connected(destination)

    def phase(self, job: str, phase: Phase) -> None:
        """Hand it on."""
        with _Guard(self, "phase"):
            self._observer.phase(job, phase)

    def job_started(self, job: str, rows: int) -> None:
        """Hand it on."""
        with _Guard(self, "job_started"):
            self._observer.job_started(job, rows)

    def resumed(self, job: str, rows: int) -> None:
        """Hand it on."""
        with _Guard(self, "resumed"):
            self._observer.resumed(job, rows)

    def batch_started(self, job: str, number: int, rows: int) -> None:
        """Hand it on."""
        with _Guard(self, "batch_started"):
            self._observer.batch_started(job, number, rows)

    def batch_ended(self, job: str, number: int) -> None:
        """Hand it on."""
        with _Guard(self, "batch_ended"):
            self._observer.batch_ended(job, number)

    def calling(self, job: str, calls: Sequence[str]) -> None:
        """Hand it on."""
        with _Guard(self, "calling"):
            self._observer.calling(job, calls)

    def answered(self, job: str, answered: Answered) -> None:
        """Hand it on."""
        with _Guard(self, "answered"):
            self._observer.answered(job, answered)

    def waiting(self, job: str, wait: Wait) -> None:
        """Hand it on."""
        with _Guard(self, "waiting"):
            self._observer.waiting(job, wait)

    def progressed(self, job: str, counts: Counts) -> None:
        """Hand it on."""
        with _Guard(self, "progressed"):
            self._observer.progressed(job, counts)

    def exported(self, job: str, records: int) -> None:
        """Hand it on."""
        with _Guard(self, "exported"):
            self._observer.exported(job, records)

    def rejected(self, job: str, row: RejectedRow) -> None:
        """Hand it on."""
        with _Guard(self, "rejected"):
            self._observer.rejected(job, row)

    def note(self, job: str, text: str) -> None:
        """Hand it on."""
        with _Guard(self, "note"):
            self._observer.note(job, text)

    def job_finished(self, result: JobResult) -> None:
        """Hand it on."""
        with _Guard(self, "job_finished"):
            self._observer.job_finished(result)

    def run_finished(self, result: RunResult) -> None:
        """Hand it on."""
        with _Guard(self, "run_finished"):
            self._observer.run_finished(result)

    def leave_out(self, event: str, error: Exception) -> None:
        """The observer failed: it hears nothing more, which is said once."""
        with self._lock:
            failed, self._failed, self._observer = self._failed, True, NoObserver()
        if not failed:
            what = redacted(f"{type(error).__name__}: {error}", secrets_in_use())
            self._note(f"the observer of the run failed at {event} and heard nothing more: {what}")


class _Guard:
    """Ends the errors of one call of the observer here: it is code of the caller, and may raise anything."""

    def __init__(self, guarded: GuardedObserver, event: str) -> None:
        self._guarded, self._event = guarded, event

    def __enter__(self) -> None:
        """Nothing is to be made ready."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> bool:
        """Leave an observer out that failed."""
        if isinstance(error, Exception):
            self._guarded.leave_out(self._event, error)
            return True
        return False
