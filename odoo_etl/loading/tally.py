"""Counts rows as their outcome becomes known, from several lanes at once, and guards `max_rejects`."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from odoo_etl.errors import SafetyLimit
from odoo_etl.loading.writer import Outcome
from odoo_etl.mapping import Record, Reject
from odoo_etl.results import Change, JobResult, Observer, RejectedRow
from odoo_etl.spec import JobSpec


class Tally:
    """The counts of one job; every method may be called from any lane."""

    def __init__(self, spec: JobSpec, result: JobResult, observer: Observer, shown_changes: int = 0) -> None:
        self._shown_changes = shown_changes
        self._spec, self._result, self._observer = spec, result, observer
        self._lock = threading.Lock()
        self._several_files = any(mark in getattr(spec.source, "path", "") for mark in "*?[")

    def rejected(self, rejects: Iterable[Reject]) -> None:
        """Count rejects and hand them to the report."""
        for reject in rejects:
            row = _reported(reject, name_file=self._several_files)
            with self._lock:
                self._result.counts.rejected += 1
                codes = self._result.reject_codes
                codes[row.code] = codes.get(row.code, 0) + 1
            self._observer.rejected(self._spec.job, row)

    def count(self, outcome: Outcome) -> None:
        """Count what is confirmed. Of several rows with one key the first counts as written, the others update it."""
        with self._lock:
            counts = self._result.counts
            for record in outcome.created:
                counts.created += 1
                self._count_later(record)
            counts.updated += sum(len(record.rows) for record in outcome.updated)
            counts.unchanged += sum(len(kept.record.rows) for kept in outcome.unchanged)
            counts.skipped += sum(len(kept.record.rows) for kept in outcome.skipped)

    def _count_later(self, record: Record) -> None:
        """The rows of a new record after its first."""
        counts, later = self._result.counts, len(record.rows) - 1
        if self._spec.target.mode == "create":
            counts.skipped += later
            return
        changing = _changing(record)
        counts.updated += changing
        counts.unchanged += later - changing

    def change(self, change: Change) -> None:
        """Keep a planned change, when it is among the first."""
        with self._lock:
            if len(self._result.changes) < self._shown_changes:
                self._result.changes.append(change)

    def progressed(self) -> None:
        """Tell the observer how far the job is."""
        self._observer.progressed(self._spec.job, self._result.counts)

    def check_limit(self) -> None:
        """Stop the job, before its next write, when too many rows were rejected.

        Raises:
            SafetyLimit: `max_rejects` is passed.
        """
        limit = self._spec.load.max_rejects
        counts = self._result.counts
        if limit is not None and limit.exceeded(counts.rejected, counts.read):
            raise SafetyLimit(
                f"{counts.rejected} of {counts.read} rows are rejected, more than max_rejects {limit} allows;"
                " no further write was made: see the rejects file, then mend the rows or raise the limit"
            )


def _changing(record: Record) -> int:
    """How many of the later rows of a new record said something that the rows before had not said."""
    known: dict[str, object] = {}
    changing = 0
    for number, part in enumerate(record.parts):
        if number and any(known.get(name) != value for name, value in part.values.items()):
            changing += 1
        known.update(part.values)
    return changing


def _reported(reject: Reject, *, name_file: bool) -> RejectedRow:
    flaws = reject.flaws
    return RejectedRow(
        line=reject.row.line,
        file=reject.row.file if name_file else "",
        cells=reject.row.cells,
        field=", ".join(flaw.field for flaw in flaws if flaw.field),
        stage=flaws[0].stage,
        code=flaws[0].code,
        reason="; ".join(flaw.reason for flaw in flaws),
    )
