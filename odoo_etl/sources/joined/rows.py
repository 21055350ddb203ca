"""Records and their lines from several sources as one stream of rows.

    rows of the job's source   order_no, customer          row of a record: its own cells, none of lines
      lines of order_line      order_no, customer, ...     row of a line: the cells of its record and its own, which
      lines of option_ids      ...                         are called `order_line.sku`; it stands in its own source

Each row of a record is followed, at the latest after its chunk, by its lines. So all that is done with rows (one record
of all rows with a key, rejects, parts of a job) is done with these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from odoo_etl.codes import LineCode
from odoo_etl.errors import SafetyLimit, SourceError
from odoo_etl.sources.joined.match import matches
from odoo_etl.sources.joined.side_by_side import SideBySide
from odoo_etl.sources.joined.spool import Line, LostLine, Spool
from odoo_etl.sources.joined.temporary import room_for
from odoo_etl.sources.model import BadLine, Chunk, Headed, Remark, Source, remarks_of
from odoo_etl.sources.rows import FirstRows, ShapedRows, renamed, shaped
from odoo_etl.spec import joined_name

BESIDE = 1_000  # lines without a record that are told at once


@dataclass(frozen=True)
class LineSource:
    """The source of the lines of one field.

    Attributes:
        match: its columns to those of the job's own source.
    """

    field: str
    source: Source
    match: Mapping[str, str]
    min_rows: int = 0

    def columns(self) -> list[str]:
        """The names of its columns. Raises SourceError, which says where in the job its source stands."""
        with self._at():
            return self.source.columns()

    @property
    def ambiguous(self) -> Mapping[str, str]:
        """Names that several of its columns have. Raises what `columns` does."""
        with self._at():
            return self.source.ambiguous if isinstance(self.source, Headed) else {}

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """Its rows. Raises what `columns` does."""
        chunks = self.source.chunks(chunk_rows)
        while (chunk := self._next(chunks)) is not None:
            yield chunk

    def _next(self, chunks: Iterator[Chunk]) -> Chunk | None:
        with self._at():
            return next(chunks, None)

    @contextmanager
    def _at(self) -> Iterator[None]:
        try:
            yield
        except SourceError as error:
            error.at = ("lines", self.field, *(error.at or ("source",)))
            raise

    def names(self, columns: Iterable[str]) -> list[str]:
        """The names that its columns have beside those of the records."""
        return [joined_name(self.field, name) for name in columns]


@dataclass(frozen=True)
class JoinedRows:
    """The rows of a job's own source, each with its lines from other sources.

    Args:
        identity: columns of the job's source; rows that are equal there are of one record.
        limit: takes so many rows of records, with all of their lines.
        by_line: all rows of a line of the job's source are a record and its lines, and count as one.
    """

    header: ShapedRows
    lines: Sequence[LineSource]
    identity: Sequence[str]
    min_rows: int = 0
    limit: int | None = None
    by_line: bool = False
    cursor: str | None = None
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    @property
    def ambiguous(self) -> Mapping[str, str]:
        """Names that several columns of a source have."""
        found = dict(self.header.ambiguous)
        for one in self.lines:
            found |= {joined_name(one.field, name): where for name, where in one.ambiguous.items()}
        return found

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Those of all sources."""
        return tuple(remark for one in (self.header, *(one.source for one in self.lines)) for remark in remarks_of(one))

    def columns(self) -> list[str]:
        """The columns of the job's source, then those of each source of lines. Raises SourceError."""
        names = [*self.header.columns(), *(name for one in self.lines for name in one.names(one.columns()))]
        if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise SourceError(
                f"the column {', '.join(map(repr, twice))} of the source is called like one of the lines: `rename` it"
            )
        return names

    def first(self, rows: int) -> JoinedRows:
        """So many records, or rows of records, with all of their lines."""
        return replace(self, limit=rows)

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, from the first one: what is no row, or has no record, comes first.

        Raises:
            SourceError: a source cannot be read, or lacks a column.
            SafetyLimit: a source has fewer rows than its `min_rows`.
        """
        with room_for("lines"), closing(Spool()) as spool:
            join = _Join(self, spool, self.columns())
            yield from join.gathered(chunk_rows)
            yield from join.joined(chunk_rows)


class _Join:
    """The work of one reading."""

    def __init__(self, rows: JoinedRows, spool: Spool, names: Sequence[str]) -> None:
        self._rows, self._spool, self._names = rows, spool, names
        self._own = {one.field: one.columns() for one in rows.lines}
        at = len(names) - sum(map(len, self._own.values()))
        self._places = {"": 0}
        self._widths = {"": at}
        for name, columns in self._own.items():
            self._places[name], self._widths[name] = at, len(columns)
            at += len(columns)

    def gathered(self, chunk_rows: int) -> Iterator[Chunk]:
        """Read all sources; give the lines that are no rows, are not the job's, or have no record."""
        rows, spool = self._rows, self._spool
        for chunk in self._header_chunks(chunk_rows):
            self._put(chunk)
        for number, one in enumerate(rows.lines):
            yield from self._put_lines(number, one, chunk_rows)
        spool.ready()
        if rows.limit is None:
            for number, one in enumerate(rows.lines):
                yield from self._lost(number, one)

    def _header_chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        header, count = self._rows.header, 0
        source = header.source
        own = source.chunks(chunk_rows, self._note) if isinstance(source, SideBySide) else source.chunks(chunk_rows)
        chunks = renamed(own, header.shape.rename) if header.shape.rename else own
        for chunk in shaped(self._noted(chunks), header.shape, chunk_rows):
            count += len(chunk.lines) + len(chunk.bad)
            yield chunk
        _check_size("the source", count, self._rows.min_rows)

    def _noted(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The same, and the matches of all rows are noted where some of them may not be the job's."""
        shape = self._rows.header.shape
        leaves_out = shape.where is not None or shape.distinct or shape.explode is not None
        for chunk in chunks:
            if leaves_out:
                self._note(chunk)
            yield chunk

    def _note(self, chunk: Chunk) -> None:
        """Rows that may turn out not to be the job's; a join brings the columns that they lack."""
        for number, one in enumerate(self._rows.lines):
            if chunk.columns.keys() >= set(one.match.values()):
                self._spool.put_filtered(number, _columns(chunk, one.match.values(), "the source"))

    def _put(self, chunk: Chunk) -> None:
        first = self._spool.put_headers(chunk)
        identity = _columns(chunk, self._rows.identity, "the source")
        identities = matches(identity) if identity else [""] * len(chunk.lines)
        for number, one in enumerate(self._rows.lines):
            self._spool.put_matches(number, first, _columns(chunk, one.match.values(), "the source"), identities)

    def _put_lines(self, number: int, one: LineSource, chunk_rows: int) -> Iterator[Chunk]:
        count, what = 0, f"the source of lines.{one.field}"
        for chunk in one.chunks(chunk_rows):
            file = chunk.file or f"lines.{one.field}.source"  # the rows of queries have no file
            self._spool.put_lines(number, _columns(chunk, one.match, what), chunk, file)
            count += len(chunk.lines) + len(chunk.bad)
            if self._rows.limit is None and (chunk.bad or chunk.filtered):
                bad = [replace(bad, cells=self._cells(bad.cells, one.field)) for bad in chunk.bad]
                yield self._beside(file, bad, chunk.filtered)
        _check_size(what, count, one.min_rows)

    def _lost(self, number: int, one: LineSource) -> Iterator[Chunk]:
        lost = groupby(self._spool.lost(number), attrgetter("file"))
        for file, lines in lost:
            while some := list(islice(lines, BESIDE)):
                bad = [self._without_record(line, one) for line in some if not line.filtered]
                yield self._beside(file, bad, [line.line for line in some if line.filtered])

    def _without_record(self, line: LostLine, one: LineSource) -> BadLine:
        columns = self._own[one.field]
        said = ", ".join(f"{theirs} = {line.cells[columns.index(ours)]!r}" for ours, theirs in one.match.items())
        code: LineCode = "several_headers" if line.several else "no_header"
        reason = _SHARED.format(said) if line.several else f"no row of the job's own source has {said}"
        return BadLine(line.line, code, reason, self._cells(line.cells, one.field))

    def _cells(self, cells: Sequence[Any], field: str = "") -> tuple[Any, ...]:
        """The cells of a line of one source in the columns of all; those beyond its own come last."""
        own = self._widths[field]
        placed = [*[None] * self._places[field], *cells[:own]]
        return (*placed, *[None] * (len(self._names) - len(placed)), *cells[own:])

    def _beside(self, file: str, bad: Sequence[BadLine], filtered: Sequence[int] = ()) -> Chunk:
        """A chunk without rows."""
        return Chunk({name: [] for name in self._names}, [], file, tuple(bad), tuple(filtered))

    def joined(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows of records, and of their lines."""
        shared = [self._spool.shared(number) for number in range(len(self._rows.lines))]
        rows = self._rows
        taken = None if rows.limit is None else FirstRows(rows.limit, by_line=rows.by_line)
        for first, whole in self._spool.header_chunks():
            chunk = whole if taken is None else taken.of(whole)
            if chunk is None:
                return
            last = first + len(chunk.lines) - 1
            yield self._without_shared(self._widened(chunk), shared)
            for number, one in enumerate(self._rows.lines):
                yield from self._line_chunks(chunk, first, self._spool.lines_of(number, first, last), one, chunk_rows)

    def _widened(self, chunk: Chunk) -> Chunk:
        empty: list[Any] = [None] * len(chunk.lines)
        bad = tuple(replace(one, cells=self._cells(one.cells)) for one in chunk.bad)
        return replace(chunk, columns={name: chunk.columns.get(name, empty) for name in self._names}, bad=bad)

    def _without_shared(self, chunk: Chunk, shared: Sequence[set[str]]) -> Chunk:
        """The chunk without records of which nobody can say which lines they have: they are rejects."""
        if not any(shared):
            return chunk
        found: dict[int, str] = {}
        for one, some in zip(self._rows.lines, shared, strict=True):
            for number, match in enumerate(matches(_columns(chunk, one.match.values(), "the source"))):
                if match in some:
                    cells = ((name, chunk.columns[name][number]) for name in one.match.values())
                    found[number] = ", ".join(f"{name} = {cell!r}" for name, cell in cells)
        rows = list(zip(*chunk.columns.values(), strict=True))
        bad = [
            BadLine(chunk.lines[number], "several_headers", _SHARED.format(said), rows[number])
            for number, said in found.items()
        ]
        keep = [number for number in range(len(chunk.lines)) if number not in found]
        columns = {name: [cells[number] for number in keep] for name, cells in chunk.columns.items()}
        lines = [chunk.lines[number] for number in keep]
        return replace(chunk, columns=columns, lines=lines, bad=(*chunk.bad, *bad))

    def _line_chunks(
        self, header: Chunk, first: int, lines: Iterator[Line], one: LineSource, chunk_rows: int
    ) -> Iterator[Chunk]:
        own = one.names(self._own[one.field])
        for file, group in groupby(lines, attrgetter("file")):
            while some := list(islice(group, chunk_rows)):
                numbers = [line.header - first for line in some]
                columns: dict[str, list[Any]] = dict.fromkeys(self._names, [None] * len(some))
                for name, cells in header.columns.items():
                    columns[name] = [cells[number] for number in numbers]
                columns |= zip(own, map(list, zip(*(line.cells for line in some), strict=True)), strict=True)
                yield Chunk(columns, [line.line for line in some], file)


_SHARED = "several records have {}: match lines by columns that tell one record from another"


def _columns(chunk: Chunk, names: Iterable[str], what: str) -> list[list[Any]]:
    """Some columns of a chunk. Raises SourceError where one is not there."""
    if missing := [name for name in names if name not in chunk.columns]:
        raise SourceError(f"match: {what} has no column {', '.join(map(repr, missing))}")
    return [chunk.columns[name] for name in names]


def _check_size(what: str, rows: int, least: int) -> None:
    if rows < least:
        raise SafetyLimit(
            f"{what} has {rows} rows, fewer than its min_rows of {least}; nothing was written: check the source, or"
            " lower min_rows"
        )
