"""The observer and the sink of runs over parts of a job, between these and those of the job."""

from __future__ import annotations

from odoo_etl.observers import JobObserver, NoObserver
from odoo_etl.results import Counts, RejectedRow, RejectSink, RowIdentity


class GoesOn(NoObserver):
    """The observer of runs over parts of a job, whose ends are not the job's."""

    def __init__(self, observer: JobObserver) -> None:
        self._observer = observer

    def job_started(self, job: str, rows: int) -> None:
        """Hand it on."""
        self._observer.job_started(job, rows)

    def progressed(self, job: str, counts: Counts) -> None:
        """Hand it on."""
        self._observer.progressed(job, counts)

    def note(self, job: str, text: str) -> None:
        """Hand it on."""
        self._observer.note(job, text)


class EachOnce:
    """The sink of runs over parts of a job: each rejected row comes once.

    The run over all parts looks at rows again that a part has rejected.
    """

    def __init__(self, rejects: RejectSink) -> None:
        self._rejects = rejects
        self._kept: set[RowIdentity] = set()

    def begin(self, job: str, columns: list[str]) -> None:
        """The job's rows have these columns, whichever part they are of."""
        self._rejects.begin(job, columns)

    def keep(self, job: str, row: RejectedRow) -> None:
        """Keep a row, unless it is kept already."""
        if not self.has(row):
            self._kept.add(row.identity)
            self._rejects.keep(job, row)

    def has(self, row: RejectedRow) -> bool:
        """Whether the row is kept."""
        return row.identity in self._kept

    def end(self, _job: str) -> str:
        """More rows of the job may come."""
        return ""
