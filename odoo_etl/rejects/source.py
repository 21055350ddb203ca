"""The rows of a rejects file as a source, so that a job can be run on just those."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from odoo_etl.errors import SourceError
from odoo_etl.rejects import found_own_columns, kinds_file
from odoo_etl.rejects.cells import restored, unguarded
from odoo_etl.sources import BadLine, Chunk, Source, open_source
from odoo_etl.sources.rows import UNCLEAR, shaped
from odoo_etl.sources.text import Undecodable
from odoo_etl.spec import CsvSource, RowShape

# A spreadsheet may write another delimiter than ours; ours comes first.
DELIMITERS = (",", ";", "\t", "|")
ROWS_READ = 10_000
MEND = "; mend the row, then empty its _code"


class _Row(NamedTuple):
    """A row of the file: where it stood in the source, how often it was rejected, its original cells.

    Attributes:
        raw: it was rejected before anybody asked whether it is the job's, and before its values were taken apart.
    """

    file: str
    line: int
    attempts: int
    cells: tuple[Any, ...]
    bad: BadLine | None = None
    raw: bool = False


class RejectedRows:
    """A rejects file as a `Source`: the original columns, lines and files; rows in the order of the source.

    Takes what spreadsheets make of it: another delimiter, a byte order mark, other line ends, other quotes, columns in
    another order, our own columns gone. Columns that a person added are columns. An empty cell is null. A typed cell
    (of an SQL source) that nobody touched is the value it was; others are text, which the job reads as it reads CSV.
    The file is held in memory.

    A line that was no row of its source (stage `source`: too many cells, say) is given as such a line again, as long
    as its `_code` stands: its cells may be in the wrong columns.

    Rows are as the job saw them: named, chosen and taken apart. For those of the stage `source` that is done here.

    Args:
        shape: how the job sees the rows of its source.

    Attributes:
        run: the run that rejected them, "" when nobody knows.
    """

    cursor: str | None = None
    fingerprints: Mapping[str, str] = MappingProxyType({})

    def __init__(self, path: Path, run: str = "", shape: RowShape | None = None) -> None:
        self.path, self.run, self._shape = path, run, shape
        self._attempts: dict[tuple[str, int], int] = {}

    def columns(self) -> list[str]:
        """The columns of the original source, then those that a person added.

        Raises:
            SourceError: the file cannot be read.
        """
        return [unguarded(name) for name in _original(self._open().columns())]

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, from the first one."""
        columns = self.columns()
        rows = sorted(self._rows(), key=lambda row: (row.file, row.line))
        self._attempts = {(row.file, row.line): row.attempts for row in rows}
        for (file, raw), group in groupby(rows, key=lambda row: (row.file, row.raw)):
            alike = list(group)
            chunks = (
                _chunk(columns, file, alike[start : start + chunk_rows]) for start in range(0, len(alike), chunk_rows)
            )
            yield from shaped(chunks, self._shape, chunk_rows) if raw and self._shape else chunks

    def attempts(self, line: int, file: str) -> int:
        """How often a row was rejected so far, once it was read; 0 when nobody knows."""
        return self._attempts.get((file, line), 0)

    def _rows(self) -> Iterator[_Row]:
        kinds = _kinds(self.path)
        for chunk in self._chunks():
            names = list(chunk.columns)
            own = found_own_columns(names)
            original = _original(names)
            known = [kinds.get(unguarded(name), ()) for name in original]
            for number, line in enumerate(chunk.lines):
                said = {role: chunk.columns[name][number] or "" for role, name in own.items()}
                cells = [chunk.columns[name][number] for name in original]
                yield _row(said, line, [_cell(cell, types) for cell, types in zip(cells, known, strict=True)])
            for bad in chunk.bad:
                yield _Row("", bad.line, 0, bad.cells, bad)

    def _chunks(self) -> Iterator[Chunk]:
        source = self._open()
        with _as_utf8():
            yield from source.chunks(ROWS_READ)

    def _open(self) -> Source:
        """The file, with the delimiter that shows our columns."""
        with _as_utf8():
            for delimiter in DELIMITERS:
                source = self._csv(delimiter)
                if found_own_columns(source.columns()):
                    return source
        return self._csv(None)

    def _csv(self, delimiter: str | None) -> Source:
        return open_source(CsvSource(type="csv", path=str(self.path), delimiter=delimiter))


@contextmanager
def _as_utf8() -> Iterator[None]:
    """The remedy of a file that no job names, where it was saved in another encoding than ours."""
    try:
        yield
    except Undecodable as error:
        raise SourceError(
            f"{error.what}, in which rejects are written (save the file again: in Excel as "
            '"CSV UTF-8 (Comma delimited)", in LibreOffice with the character set Unicode (UTF-8))'
        ) from error


def _original(columns: Sequence[str]) -> list[str]:
    """The columns that are not ours."""
    own = set(found_own_columns(columns).values())
    return [name for name in columns if name not in own]


def _kinds(path: Path) -> Mapping[str, Collection[str]]:
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


def _cell(text: Any, kinds: Collection[str]) -> Any:
    if text is None:
        return None
    plain = unguarded(text)
    return restored(plain, kinds) if kinds else plain


def _row(said: Mapping[str, str], line: int, cells: Sequence[Any]) -> _Row:
    """A row by what our columns say of it; what a person took away is not known."""
    file, _, place = unguarded(said.get("line", "")).rpartition(":")
    at = int(place) if place.isdecimal() else line
    attempts = int(said["attempts"]) if said.get("attempts", "").isdecimal() else 0
    code, bad, raw = said.get("code", ""), None, said.get("stage") == "source"
    if raw and code not in {"", UNCLEAR}:
        bad = BadLine(at, code, unguarded(said.get("reason", "")).removesuffix(MEND) + MEND, tuple(cells))
    return _Row(file, at, attempts, tuple(cells), bad, raw)


def _chunk(columns: Sequence[str], file: str, rows: Sequence[_Row]) -> Chunk:
    good = [row for row in rows if row.bad is None]
    cells = {name: [row.cells[place] for row in good] for place, name in enumerate(columns)}
    return Chunk(cells, [row.line for row in good], file, tuple(row.bad for row in rows if row.bad is not None))
