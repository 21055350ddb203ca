"""Rejected rows on their way to where they are kept, with word of each to the observer of the run."""

from __future__ import annotations

from odoo_etl.observers import Observer
from odoo_etl.results import RejectedRow, RejectSink


class Announced:
    """A sink that keeps a row first, then lets the observer know.

    Args:
        rejects: where the rows are kept.
    """

    def __init__(self, rejects: RejectSink, observer: Observer) -> None:
        self._rejects, self._observer = rejects, observer

    def begin(self, job: str, columns: list[str]) -> None:
        """The rows of a job have these columns."""
        self._rejects.begin(job, columns)

    def keep(self, job: str, row: RejectedRow) -> None:
        """Keep a row, then tell of it."""
        self._rejects.keep(job, row)
        self._observer.rejected(job, row)

    def end(self, job: str) -> str:
        """No further row of the job comes."""
        return self._rejects.end(job)
