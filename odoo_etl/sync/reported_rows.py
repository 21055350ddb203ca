"""Rows with their flaws, and short names of their files, as reports and files of rejected or skipped rows have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path

from odoo_etl.mapping import Flaw, Record, Reject, Row
from odoo_etl.planning import REPEATED, why_skipped
from odoo_etl.results import RejectedRow, RejectSink
from odoo_etl.spec import ExcelSource, FileKeys, JobSpec, SourceSpec
from odoo_etl.sync.outcome import Outcome

LISTED_ROWS = 10_000  # of the skipped ones: a job that creates leaves alone nearly all that it reads

Attempts = Callable[[int, str], int]
MAGIC = "*?["


class ReportedRows:
    """Names rows, their files and their flaws for people.

    Args:
        attempts: how often the row of a line and file was rejected before.

    Attributes:
        file_names: names the files.
    """

    def __init__(self, spec: JobSpec, attempts: Attempts = lambda _line, _file: 0) -> None:
        have_sheets = isinstance(spec.source, ExcelSource)
        pattern, *others = map(_pattern, spec.every_source)
        self.file_names = FileNames(pattern, others, have_sheets=have_sheets)
        self._attempts = attempts

    def of(self, reject: Reject) -> RejectedRow:
        """The row as reports name it."""
        row, flaws = reject.row, reject.flaws
        return RejectedRow(
            line=row.line,
            file=row.file if self.file_names.are_several else "",
            cells=row.cells,
            field=", ".join(flaw.field for flaw in flaws if flaw.field),
            stage=flaws[0].stage,
            code=flaws[0].code,
            reason="; ".join(flaw.reason for flaw in flaws),
            attempts=self._attempts(row.line, row.file) + 1,
            name=self.file_names.of(row.file),
            flaws=tuple([(flaw.field, flaw.code, flaw.reason) for flaw in flaws]) if len(flaws) > 1 else (),
        )

    def file_of(self, record: Record) -> str:
        """The name of the file of a record's first row, "" where there is one only."""
        return self.file_names.of(record.rows[0].file) if self.file_names.are_several and record.rows else ""


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


class FileNames:
    """Names the files that a pattern matches, from the last folder on that all of them share.

    Args:
        others: patterns of other sources of the same job.
        have_sheets: the rows of one file may be of one or another sheet, which is part of its name.

    Attributes:
        are_several: whether the pattern may match several, or sheets of one.
    """

    def __init__(self, pattern: str, others: Sequence[str] = (), *, have_sheets: bool = False) -> None:
        self.are_several = _is_magic(pattern) or have_sheets or bool(others)
        self._shared = [_shared(one) for one in (pattern, *others) if one or not others]

    def of(self, file: str) -> str:
        """The name of a file; "" where there is only one, and as it is where a rejects file has named it already."""
        if not self.are_several:
            return ""
        path = Path(file)
        names = (path.relative_to(one).as_posix() for one in self._shared if file and path.is_relative_to(one))
        return next(names, file)


def _pattern(source: SourceSpec) -> str:
    """The pattern of the names of a source's files; "" where it has none."""
    return source.pattern if isinstance(source, FileKeys) else getattr(source, "path", "")


def _shared(pattern: str) -> Path:
    """The last folder that all files of a pattern share."""
    shared = Path(*takewhile(lambda part: not _is_magic(part), Path(pattern).parts))
    return shared if _is_magic(pattern) else shared.parent


def _is_magic(text: str) -> bool:
    return any(mark in text for mark in MAGIC)
