"""Rows that landed and whose record was refused a step are rejects after all: in counts, files and the journal."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from odoo_etl.codes import RejectCode, code_of
from odoo_etl.errors import Refused
from odoo_etl.mapping import Flaw, Reject, Row
from odoo_etl.results import AFTER, STEP_UNKNOWN, Counts
from odoo_etl.state import ChunkEntry
from odoo_etl.sync.after.answers import OpensWizard
from odoo_etl.sync.after.calls import NobodyKnows
from odoo_etl.sync.after.standing import Subject
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.line_counts import without_lines
from odoo_etl.sync.ports import Journal
from odoo_etl.sync.session import Books, RejectedLines

_CODES: Mapping[type[Refused], RejectCode] = {OpensWizard: "opens_wizard", NobodyKnows: STEP_UNKNOWN}


class Verdicts:
    """Takes back what was said of rows; may be used from several lanes.

    Args:
        rejected: hears of the rejected rows.
    """

    def __init__(self, books: Books, tally: Tally, rejected: RejectedLines) -> None:
        self._books, self._tally, self._rejected = books, tally, rejected
        self._chunks: dict[int, ChunkEntry] | None = None
        self._lock = threading.Lock()

    def reject(self, one: Subject, chunk: int, step: str, error: Refused) -> None:
        """The rows of a record are rejected.

        Raises:
            SafetyLimit: there are too many rejects.
        """
        flaw = Flaw(AFTER, _CODES.get(type(error)) or code_of(error.name), f"{step}: {error}")
        rejects = [Reject(row, (flaw,)) for row in one.rows]
        with self._lock:
            kept = self._of(chunk)
            progress = BatchProgress(chunk, Counts(**without_lines(kept.counts)))
            self._tally.withdraw(progress, one.record, one.kind, rejects)
            self._keep(kept, progress, self._books.journal)
        self._rejected.note(progress.rejects)
        self._tally.check_rejects()

    def standing(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Those of the rows that were not rejected by now."""
        return tuple([row for row in rows if not self._rejected.has(row.line, row.file, row.cells)])

    def _of(self, chunk: int) -> ChunkEntry:
        """A chunk as the journal has it; in a run without one, the rows of all of them are one."""
        if self._chunks is None:
            self._chunks = self._books.every_chunk()
        return self._chunks.get(chunk) or ChunkEntry(chunk, asdict(self._tally.counts), [])

    def _keep(self, kept: ChunkEntry, progress: BatchProgress, journal: Journal) -> None:
        lines = {name: count for name, count in kept.counts.items() if name not in asdict(Counts())}
        rejects = [*kept.rejects, *map(asdict, progress.rejects)]
        entry = ChunkEntry(kept.number, {**progress.kept(), **lines}, rejects)
        self._chunks = {**(self._chunks or {}), kept.number: entry}
        journal.confirmed(entry.number, entry.counts, entry.rejects)
