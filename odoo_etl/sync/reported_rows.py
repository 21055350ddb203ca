"""Rows with their flaws as reports, and the files of rejected and skipped rows, have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from odoo_etl.mapping import Flaw, Record, Reject, Row
from odoo_etl.planning import REPEATED, why_skipped
from odoo_etl.results import RejectedRow, RejectSink
from odoo_etl.spec import ExcelSource, JobSpec
from odoo_etl.sync.file_names import FileNames
from odoo_etl.sync.outcome import Outcome

LISTED_ROWS = 10_000  # of the skipped ones: a job that creates leaves alone nearly all that it reads

Attempts = Callable[[int, str], int]


class ReportedRows:
    """Names rows, their files and their flaws for people.

    Args:
        attempts: how often the row of a line and file was rejected before.
    """

    def __init__(self, spec: JobSpec, attempts: Attempts = lambda _line, _file: 0) -> None:
        have_sheets = isinstance(spec.source, ExcelSource)
        self._file_names = FileNames(getattr(spec.source, "path", ""), have_sheets=have_sheets)
        self._attempts = attempts

    def of(self, reject: Reject) -> RejectedRow:
        """The row as reports name it."""
        row, flaws = reject.row, reject.flaws
        return RejectedRow(
            line=row.line,
            file=row.file if self._file_names.are_several else "",
            cells=row.cells,
            field=", ".join(flaw.field for flaw in flaws if flaw.field),
            stage=flaws[0].stage,
            code=flaws[0].code,
            reason="; ".join(flaw.reason for flaw in flaws),
            attempts=self._attempts(row.line, row.file) + 1,
            name=self._file_names.of(row.file),
        )


class NoSink:
    """The sink of rows that nobody asks for: they are kept elsewhere, or have been."""

    def begin(self, job: str, columns: list[str]) -> None:
        """No row is kept."""

    def keep(self, job: str, row: RejectedRow) -> None:
        """No row is kept."""

    def end(self, _job: str) -> str:
        """No row is kept."""
        return ""


class SkippedRows:
    """Lists the first skipped rows of a job; may be told from several lanes.

    Args:
        sink: keeps them.

    Attributes:
        reported: names them.
    """

    def __init__(self, spec: JobSpec, sink: RejectSink, reported: ReportedRows) -> None:
        self._spec, self._sink, self.reported, self._listed = spec, sink, reported, 0

    @property
    def is_full(self) -> bool:
        """Whether no further row is listed."""
        return self._listed >= LISTED_ROWS

    def of(self, outcome: Outcome) -> None:
        """The mode leaves these records alone, and rows that repeat the key of a record that was made."""
        if self.is_full or not (outcome.skipped or self._spec.target.mode == "create"):
            return
        for kept in outcome.skipped:
            if self.is_full:
                return
            why = why_skipped(kept, self._spec.target.own_key)
            self._list((row, why) for row in kept.record.rows)
        for record in outcome.created:
            if len(record.rows) > 1 and record.later is None:
                self.repeated(record)

    def repeated(self, record: Record) -> None:
        """Of the rows of a record, the first has made it."""
        if self._spec.target.mode == "create" and not record.children:
            self._list((row, REPEATED) for row in record.rows[1:])

    def row(self, reject: Reject) -> RejectedRow:
        """A row is left alone whatever its record is; as reports name it."""
        row = self.reported.of(reject)
        self._keep([row])
        return row

    def _list(self, rows: Iterable[tuple[Row, Flaw]]) -> None:
        self._keep(self.reported.of(Reject(row, (why,))) for row, why in rows)

    def _keep(self, rows: Iterable[RejectedRow]) -> None:
        for row in islice(rows, max(LISTED_ROWS - self._listed, 0)):
            self._listed += 1
            self._sink.keep(self._spec.job, row)


def in_order(rows: Iterable[RejectedRow]) -> Iterator[RejectedRow]:
    """As many of these as are listed, those first that come first in the source."""
    return islice(iter(sorted(rows, key=lambda row: (row.file, row.line))), LISTED_ROWS)
