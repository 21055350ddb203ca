"""The rows of a rejects file as a source, so that a job can be run on just those."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from odoo_etl.codes import line_code
from odoo_etl.errors import SourceError
from odoo_etl.rejects import found_own_columns, kinds_file
from odoo_etl.rejects.cells import unguarded, unquoted
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.originals import Originals, read_originals
from odoo_etl.rejects.raw_rows import raw_rows_of
from odoo_etl.rejects.reading import MendedFile
from odoo_etl.sources import BadLine, Chunk, rejoining
from odoo_etl.sources.rows import UNCLEAR, SeenRows
from odoo_etl.spec import SourceKeys

KEY_CHANGED: Final = "key_changed"
MEND = "; mend the row, then empty its _code"
MEND_JOINED = "; mend the joined source, and run the job"
RUN = "; mend the source, and run the job: records and lines of several sources belong together"
_READ = frozenset({UNCLEAR, "several_joined"})  # codes of rows that the source had read


class _Row(NamedTuple):
    """A row of the file: where it stood in the source, how often it was rejected, its original cells.

    Attributes:
        raw: it was rejected before anybody asked whether it is the job's, and before its values were taken apart.
        is_read: the source had read its cells, and filled those that stand for the ones above them.
    """

    file: str
    line: int
    attempts: int
    cells: tuple[Any, ...]
    bad: BadLine | None = None
    raw: bool = False
    is_read: bool = False


class _Table:
    """Some lines of the file: the cells of the source, and what our columns say of them.

    Attributes:
        columns: those of the source.
    """

    def __init__(self, chunk: Chunk, kinds: Mapping[str, Sequence[str]], originals: Originals | None) -> None:
        self._originals = originals
        names = list(chunk.columns)
        self._chunk, self._own, self._original = chunk, found_own_columns(names), _original(names)
        self._places = [names.index(name) for name in self._original]
        self.columns = list(map(unguarded, self._original))
        self._kinds = [kinds.get(name, ()) for name in self.columns]

    def rows(self) -> Iterator[_Row]:
        """Those lines that are rows."""
        columns = self._chunk.columns
        for number, line in enumerate(self._chunk.lines):
            said = {role: columns[name][number] or "" for role, name in self._own.items()}
            texts = [columns[name][number] or "" for name in self._original]
            texts, why = self._originals.judged(said, self._original, texts) if self._originals else (texts, "")
            row = _row(said, line, self._read(texts))
            yield row._replace(bad=BadLine(row.line, KEY_CHANGED, why, row.cells), raw=False) if why else row

    def bad_lines(self) -> Iterator[_Row]:
        """Those that are none."""
        for bad in self._chunk.bad:
            cells = self._read([bad.cells[place] for place in self._places if place < len(bad.cells)])
            yield _Row("", bad.line, 0, cells, replace(bad, cells=cells))

    def _read(self, cells: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_cell(cell, kinds) for cell, kinds in zip(cells, self._kinds, strict=False))


@dataclass(frozen=True, slots=True)
class Mended:
    """How a rejects file was written, and how it is read now that it was mended.

    Attributes:
        accept_new_keys: rows whose key has changed are other records, and meant.
    """

    form: RejectsForm = field(default_factory=RejectsForm)
    accept_new_keys: bool = False


AS_IT_IS: Final = Mended()


class RejectedRows:
    """A rejects file as a `Source`: the original columns, lines and files; rows in the order of the source.

    Takes what spreadsheets make of it: another delimiter or encoding, a workbook in place of CSV and the other way
    round, other line ends, other quotes, columns in another order, our own columns gone. Cells that a spreadsheet has
    reformatted are read as they were, which `note` tells; a row that has another key now is a reject, unless that is
    meant. Columns that a person added are columns. An empty cell is null. A typed cell (of an SQL source) that nobody
    touched is the value it was; others are text, which the job reads as it reads CSV.
    The file is held in memory.

    A line that was no row of its source (stage `source`: too many cells, say) is given as such a line again, as long
    as its `_code` stands: its cells may be in the wrong columns.

    Rows are as the job saw them: named, filled, chosen and taken apart. For those of the stage `source` that is done
    here; a cell that stands for the one above it must have been written into such a row.

    Args:
        shape: the source of the job.
        joined: lines come from sources of their own: a line that was no row of its source, or found no record, stays a
            reject, since nobody knows here what belongs to it.
        mended: how the file was written, and whether keys that changed are meant.

    Attributes:
        run: the run that rejected them, "" when nobody knows.
    """

    cursor: str | None = None
    fingerprints: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self,
        path: Path,
        run: str = "",
        shape: SourceKeys | None = None,
        *,
        joined: bool = False,
        mended: Mended = AS_IT_IS,
    ) -> None:
        self.path, self.run, self._raw, self._mended = path, run, raw_rows_of(None if joined else shape), mended
        self._originals: Originals | None = None
        self._joined = joined
        self._attempts: dict[tuple[str, int], int] = {}

    def columns(self) -> list[str]:
        """The columns of the original source, then those that a person added.

        Raises:
            SourceError: the file cannot be read.
        """
        return [unguarded(name) for name in _original(self._file().columns())]

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, from the first one."""
        columns = self.columns()
        rows = sorted(self._rows(), key=lambda row: (row.file, row.line))
        self._attempts = {(row.file, row.line): row.attempts for row in rows}
        seen = SeenRows()
        with closing(rejoining(self._raw.joins)) as joins:
            for (file, raw), group in groupby(rows, key=lambda row: (row.file, row.raw)):
                alike = list(group)
                starts = range(0, len(alike), chunk_rows)
                chunks = (_chunk(columns, file, alike[start : start + chunk_rows]) for start in starts)
                yield from self._raw.chosen(chunks, chunk_rows, seen, joins if raw else None)

    def attempts(self, line: int, file: str) -> int:
        """How often a row was rejected so far, once it was read; 0 when nobody knows."""
        return self._attempts.get((file, line), 0)

    @property
    def note(self) -> str:
        """Cells that were read otherwise than they stand in the file, once all were read; "" where none was."""
        return self._originals.note if self._originals else ""

    def new_keys(self) -> list[tuple[str | None, str]]:
        """The keys that rows were rejected with, and those that they have now, where these differ."""
        list(self._rows())
        return self._originals.new_keys if self._originals else []

    def _rows(self) -> Iterator[_Row]:
        kinds = _kinds(self.path)
        self._originals = self._read_originals()
        for chunk in self._file().chunks():
            table = _Table(chunk, kinds, self._originals)
            yield from (self._as_read(row, table.columns) for row in table.rows())
            yield from table.bad_lines()

    def _as_read(self, row: _Row, columns: Sequence[str]) -> _Row:
        """The row; a mended one of the source as that would have read it."""
        if row.raw and self._joined:
            return row._replace(bad=_bad_for_good(row))
        if not row.raw or row.bad is not None:
            return row
        cells = tuple(map(self._raw.without_nulls if row.is_read else self._raw.as_read, row.cells))
        why = "" if row.is_read else self._raw.unfilled(dict(zip(columns, cells, strict=True)))
        bad = BadLine(row.line, "unknown_above", why + MEND, row.cells) if why else None
        return row._replace(cells=cells, bad=bad)

    def _read_originals(self) -> Originals | None:
        return read_originals(self.path, self._mended.form, accept_new_keys=self._mended.accept_new_keys)

    def _file(self) -> MendedFile:
        originals = self._originals or self._read_originals()
        known = originals.texts if originals else ()
        return MendedFile(self.path, self._mended.form.encoding, tuple(known))


def _original(columns: Sequence[str]) -> list[str]:
    """The columns that are not ours."""
    own = set(found_own_columns(columns).values())
    return [name for name in columns if name not in own]


def _kinds(path: Path) -> Mapping[str, Sequence[str]]:
    """Column to the kinds of its typed cells.

    Raises:
        SourceError: the file beside the rejects is damaged.
    """
    beside = kinds_file(path)
    if not beside.is_file():
        return {}
    try:
        known: dict[str, list[str]] = json.loads(beside.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"{beside}: cannot be read: {error}; delete it to have every cell read as text") from error
    return known


def _cell(text: Any, kinds: Sequence[str]) -> Any:
    if not text:
        return None
    return unquoted(unguarded(text), kinds)


def _row(said: Mapping[str, str], line: int, cells: tuple[Any, ...]) -> _Row:
    """A row by what our columns say of it; what a person took away is not known."""
    file, _, place = unguarded(said.get("line", "")).rpartition(":")
    at = int(place) if place.isdecimal() else line
    attempts = int(said["attempts"]) if said.get("attempts", "").isdecimal() else 0
    code, bad = said.get("code", ""), None
    raw = said.get("stage") == "source" and code != KEY_CHANGED
    if is_no_row(said.get("stage", ""), code):
        mend = MEND_JOINED if code == "bad_joined" else MEND
        bad = BadLine(at, line_code(code), unguarded(said.get("reason", "")).removesuffix(mend) + mend, cells)
    return _Row(file, at, attempts, cells, bad, raw, code in _READ)


def is_no_row(stage: str, code: str) -> bool:
    """Whether a line was no row of its source, and is none before its `_code` is emptied."""
    return stage == "source" and code not in {"", KEY_CHANGED, *_READ}


def _bad_for_good(row: _Row) -> BadLine:
    """A line that no mending here makes a row."""
    bad = row.bad or BadLine(row.line, "no_header", "it was no row of its source", row.cells)
    return replace(bad, reason=bad.reason.removesuffix(MEND).removesuffix(RUN) + RUN)


def _chunk(columns: Sequence[str], file: str, rows: Sequence[_Row]) -> Chunk:
    good = [row for row in rows if row.bad is None]
    cells = {name: [row.cells[place] for row in good] for place, name in enumerate(columns)}
    return Chunk(cells, [row.line for row in good], file, tuple(row.bad for row in rows if row.bad is not None))
