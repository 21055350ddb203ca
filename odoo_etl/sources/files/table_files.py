"""The files of a pattern, each with a header, as one source: whatever kind of file holds the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

from odoo_etl.errors import SourceError
from odoo_etl.sources.files.fill_down import check_fill_down, filled_down
from odoo_etl.sources.files.find import FoundFiles
from odoo_etl.sources.files.header import Header
from odoo_etl.sources.files.unchanged import FileMark, check_unchanged
from odoo_etl.sources.model import Chunk, Source, SourceMemory
from odoo_etl.sources.source_file import SourceFile
from odoo_etl.spec import RowsOfText

LEAST_RANGE_BYTES = 1 << 20  # less is read sooner than it is handed to another process


class OpenTable(Protocol):
    """One file whose header is known."""

    @property
    def file(self) -> SourceFile: ...

    @property
    def mark(self) -> FileMark: ...

    @property
    def header(self) -> Header: ...

    def chunks(self, chunk_rows: int, /) -> Iterator[Chunk]:
        """Chunks of its rows, columns in its own order. Raises SourceError."""
        ...

    def parts(self, most_bytes: int, /) -> Iterator[OpenTable]:
        """The same in pieces of about so many bytes, where it can be cut."""
        ...


Spec = TypeVar("Spec", bound=RowsOfText)


class TableFiles(Generic[Spec]):
    """The rows of one file, or of all files that a glob names, one after the other in sorted order.

    Args:
        open_table: opens a file; with a fingerprint, what it reads must have that.
    """

    cursor = None

    def __init__(
        self, spec: Spec, memory: SourceMemory, open_table: Callable[[SourceFile, Spec, str], OpenTable]
    ) -> None:
        self._spec = spec
        self._found = FoundFiles(spec, memory)
        self._open_table = open_table
        self._marks: dict[SourceFile, FileMark] = {}

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Name to SHA-256 of the files that are read, in their order; empty unless `only_new`."""
        return self._found.fingerprints

    @property
    def ambiguous(self) -> Mapping[str, str]:
        """Names that several columns of a file have, and where these stand."""
        return {name: where for file in self._opened() for name, where in file.header.ambiguous.items()}

    def columns(self) -> list[str]:
        """Column names, in the order of the first file. Reads the header of every file.

        Raises SourceError: no file, an empty one, no names, files with different columns.
        """
        return list(self._opened()[0].header.names)

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks; lines with too many or too few cells come as `Chunk.bad`."""
        files = self._open_all()
        for file in files:
            yield from _TableRange(file, list(files[0].header.names), self._spec).chunks(chunk_rows)

    def ranges(self, count: int) -> list[Source]:
        """Stretches of the files; a file whose rows need those above them, or its fingerprint, is read in one piece."""
        files = self._open_all()
        if self._spec.only_new or self._spec.fill_down:
            parts = files
        else:
            most_bytes = max(LEAST_RANGE_BYTES, sum(one.file.path.stat().st_size for one in files) // count)
            parts = [part for file in files for part in file.parts(most_bytes)]
        return [_TableRange(part, list(files[0].header.names), self._spec) for part in parts]

    def _opened(self) -> list[OpenTable]:
        """The files that are read; where none is new, the first of all, for its columns."""
        if self._spec.only_new and not self._found.new:
            return [self._open_table(self._found()[0], self._spec, "")]
        return self._open_all()

    def _open_all(self) -> list[OpenTable]:
        """Every file that is read, with its header, once they are known to agree."""
        if self._spec.only_new:
            tables = [self._open_table(file, self._spec, mark) for file, mark in self._found.new.items()]
        else:
            tables = [self._open_table(file, self._spec, "") for file in self._found()]
        for table in tables:
            check_unchanged(table.file, self._marks.setdefault(table.file, table.mark))
            check_fill_down(self._spec.fill_down, table.header.names, table.file)
        check_same_columns({table.file: table.header.names for table in tables})
        return tables


class _TableRange:
    """One file, or a stretch of it, as a source."""

    cursor = None
    fingerprints: Mapping[str, str] = MappingProxyType({})

    def __init__(self, file: OpenTable, columns: list[str], spec: RowsOfText) -> None:
        self._file, self._columns, self._spec = file, columns, spec

    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return self._columns

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, from the first one."""
        chunks = self._file.chunks(chunk_rows)
        spec = self._spec
        filled = filled_down(chunks, spec.fill_down, spec.null_values) if spec.fill_down else chunks
        return (_reorder(chunk, self._columns) for chunk in filled)


def check_same_columns(columns: Mapping[SourceFile, Any]) -> None:
    """Refuse files of one pattern that have other columns than the first of them. Raises SourceError."""
    (first, names), *others = columns.items() or [(None, ())]
    for file, found in others:
        lacks, has = set(names) - set(found), set(found) - set(names)
        if lacks or has:
            raise SourceError(
                f"{file}: other columns than {first}: lacks {sorted(lacks)}, has {sorted(has)} "
                "(files of one pattern need the same columns, in any order)"
            )


def _reorder(chunk: Chunk, columns: list[str]) -> Chunk:
    """`chunk` with its columns in the order of the first file, and the cells of its bad lines as well."""
    own = list(chunk.columns)
    if own == columns:
        return chunk
    bad = tuple(replace(line, cells=_reordered(line.cells, own, columns)) for line in chunk.bad)
    return Chunk({name: chunk.columns[name] for name in columns}, chunk.lines, chunk.file, bad)


def _reordered(cells: Sequence[Any], own: Sequence[str], columns: Sequence[str]) -> tuple[Any, ...]:
    """The cells of a bad line; those that it lacks are null, those beyond the header stay at the end."""
    by_name = dict(zip(own, cells, strict=False))
    return (*map(by_name.get, columns), *cells[len(own) :])
