"""The observer and the sink of runs over parts of a job, between these and those of the job."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable

from odoo_etl.events import Phase, Wait
from odoo_etl.observers import JobObserver, NoObserver
from odoo_etl.results import Counts, RejectedRow, RejectSink, RowIdentity


class GoesOn(NoObserver):
    """The observer of runs over parts of a job, whose ends are not the job's."""

    def __init__(self, observer: JobObserver) -> None:
        self._observer = observer

    def phase(self, job: str, phase: Phase) -> None:
        """Hand it on."""
        self._observer.phase(job, phase)

    def job_started(self, job: str, rows: int) -> None:
        """Hand it on."""
        self._observer.job_started(job, rows)

    def resumed(self, job: str, rows: int) -> None:
        """Hand it on."""
        self._observer.resumed(job, rows)

    def batch_started(self, job: str, number: int, rows: int) -> None:
        """Hand it on."""
        self._observer.batch_started(job, number, rows)

    def batch_ended(self, job: str, number: int) -> None:
        """Hand it on."""
        self._observer.batch_ended(job, number)

    def waiting(self, job: str, wait: Wait) -> None:
        """Hand it on."""
        self._observer.waiting(job, wait)

    def progressed(self, job: str, counts: Counts) -> None:
        """Hand it on."""
        self._observer.progressed(job, counts)

    def note(self, job: str, text: str) -> None:
        """Hand it on."""
        self._observer.note(job, text)


class Closes(GoesOn):
    """The observer of the run over all rows of a job whose parts are done: its rows are told already."""

    def job_started(self, job: str, rows: int) -> None:
        """Tell nobody."""

    def resumed(self, job: str, rows: int) -> None:
        """Tell nobody."""

    def progressed(self, job: str, counts: Counts) -> None:
        """Tell nobody."""


class EachOnce:
    """The sink of a run over rows of a job, which other runs over some of the same rows reject as well.

    Each rejected row is kept once. Of rows that differ in nothing (`explode` makes them of `a;a`), as many are kept as
    the run has that rejects most of them. A run's lanes may use it side by side, runs one after the other.

    Args:
        rejects: where the rows are kept.
        kept: those that are there by now, and how often.
    """

    def __init__(self, rejects: RejectSink, kept: Counter[RowIdentity] | None = None) -> None:
        self._rejects = rejects
        self._kept = Counter[RowIdentity]() if kept is None else kept
        self._own = Counter[RowIdentity]()
        self._lock = threading.Lock()

    def again(self) -> EachOnce:
        """The sink of another run over the rows."""
        return EachOnce(self._rejects, self._kept)

    def begin(self, job: str, columns: list[str]) -> None:
        """The job's rows have these columns, whichever part they are of."""
        self._rejects.begin(job, columns)

    def keep(self, job: str, row: RejectedRow) -> None:
        """Keep a row, unless it is kept already."""
        identity = row.identity
        with self._lock:
            self._own[identity] += 1
            is_kept = self._own[identity] <= self._kept[identity]
            self._kept[identity] = max(self._own[identity], self._kept[identity])
        if not is_kept:
            self._rejects.keep(job, row)

    def without_kept(self, rows: Iterable[RejectedRow]) -> list[RejectedRow]:
        """The rows that are not kept."""
        left, kept = list[RejectedRow](), self._kept.copy()
        for row in rows:
            kept[row.identity] -= 1
            if kept[row.identity] < 0:
                left.append(row)
        return left

    def end(self, _job: str) -> str:
        """More rows of the job may come."""
        return ""
