"""Parquet files as a source: row groups in small batches, with the types that the file has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from odoo_etl.errors import SourceError
from odoo_etl.sources.files import (
    FileMark,
    FoundFiles,
    SourceFile,
    ambiguous_names,
    check_same_columns,
    check_unchanged,
    fingerprint,
    header_of,
    mark_of,
    unchanged,
)
from odoo_etl.sources.model import Chunk, Source, SourceMemory
from odoo_etl.spec import ParquetSource
from odoo_etl.text import OutOfRange

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise SourceError("a Parquet source needs the extra: pip install 'odoo-etl[parquet]'") from error

MAX_CHUNK_BYTES = 1 << 24
BATCH_ROWS = 256  # decoded at once: a cell may be large, however small the file is
_OPTIONS = {
    "buffer_size": 1 << 18,  # bytes read at once of each column,
    "pre_buffer": False,  # not all of them in a row group
    "page_checksum_verification": True,
    "coerce_int96_timestamp_unit": "us",  # of old writers; nanoseconds end in the year 2262
}
_MAGIC = b"PAR1"
_NO_FINGERPRINTS: Mapping[str, str] = MappingProxyType({})


class ParquetFiles:
    """The rows of one file, or of all files that a glob names, one after the other in sorted order."""

    cursor = None

    def __init__(self, spec: ParquetSource, memory: SourceMemory) -> None:
        self._spec = spec
        self._found = FoundFiles(spec, memory)
        self._marks: dict[SourceFile, FileMark] = {}

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Name to SHA-256 of the files that are read, in their order; empty unless `only_new`."""
        return self._found.fingerprints

    @property
    def ambiguous(self) -> Mapping[str, str]:
        """Names that several columns of a file have, and where these stand."""
        return {name: where for file in self._opened() for name, where in file.ambiguous.items()}

    def columns(self) -> list[str]:
        """Column names, in the order of the first file. Reads the footer of every file.

        Raises SourceError: no file, no Parquet, no names, nested columns, files with different columns.
        """
        return self._opened()[0].columns()

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks; values are what Python has for the types of the file."""
        for file in self._open_all():
            yield from file.chunks(chunk_rows)

    def ranges(self, count: int) -> list[Source]:
        """Ranges of whole row groups; whole files where they must have their fingerprints."""
        files = self._open_all()
        if self._spec.only_new:
            return list[Source](files)
        most_rows = -(-sum(sum(file.group_rows) for file in files) // count)
        return [part for file in files for part in file.parts(most_rows)]

    def _opened(self) -> list[_ParquetFile]:
        """The files that are read; where none is new, the first of all, for its columns."""
        return self._open_all() or [_open(self._found()[0], self._spec.columns)]

    def _open_all(self) -> list[_ParquetFile]:
        """Every file with its columns, once they are known to agree."""
        if self._spec.only_new:
            new = self._found.new.items()
            files = [replace(_open(file, self._spec.columns), fingerprint=mark) for file, mark in new]
        else:
            files = [_open(file, self._spec.columns) for file in self._found()]
        for one in files:
            check_unchanged(one.file, self._marks.setdefault(one.file, one.mark))
        check_same_columns({one.file: one.names for one in files})
        return [replace(file, names=files[0].names) for file in files]


@dataclass(frozen=True)
class _ParquetFile:
    """One file, or some consecutive row groups of it, as a source.

    Attributes:
        names: the columns that are read, in the order in which they are given.
        group_rows: how many rows each of its row groups has.
        ambiguous: names that several columns have, to where these stand.
        first_group, first_row: where it begins in the file: the row group from 0, the row from 1.
        fingerprint: that the file must have; "" for none.
    """

    file: SourceFile
    mark: FileMark
    names: tuple[str, ...]
    group_rows: tuple[int, ...]
    ambiguous: Mapping[str, str]
    first_group: int = 0
    first_row: int = 1
    fingerprint: str = ""

    cursor = None
    fingerprints = _NO_FINGERPRINTS

    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.names)

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, from the first one."""
        with unchanged(self.file, self.mark):
            if self.fingerprint and fingerprint(self.file) != self.fingerprint:
                raise SourceError(f"{self.file}: has changed while it was read (run the job again)")
            yield from self._read(chunk_rows)

    def _read(self, chunk_rows: int) -> Iterator[Chunk]:
        groups = list(range(self.first_group, self.first_group + len(self.group_rows)))
        row = self.first_row
        with _readable(self.file) as opened:
            batches = opened.iter_batches(min(BATCH_ROWS, chunk_rows), groups, list(self.names), use_threads=False)
            for table in _cut(batches, chunk_rows):
                columns = {name: _values(table[name], f"{self.file}: column {name!r}", row) for name in self.names}
                yield Chunk(columns, list(range(row, row + table.num_rows)), self.file.name)
                row += table.num_rows
        if row != self.first_row + sum(self.group_rows):
            raise SourceError(f"{self.file}: is damaged: it ends after row {row - 1:,}")

    def parts(self, most_rows: int) -> Iterator[_ParquetFile]:
        """The file in ranges of about so many rows, of whole row groups; at least one."""
        start, row, rows = self.first_group, self.first_row, list[int]()
        for count in self.group_rows:
            if rows and sum(rows) + count > most_rows:
                yield replace(self, group_rows=tuple(rows), first_group=start, first_row=row)
                start, row, rows = start + len(rows), row + sum(rows), []
            rows.append(count)
        yield replace(self, group_rows=tuple(rows), first_group=start, first_row=row)


def _open(file: SourceFile, wanted: Sequence[str] | None) -> _ParquetFile:
    """A file whose columns can be read, or those of them that the job names."""
    mark = mark_of(file)
    with _readable(file) as opened:
        schema, metadata = opened.schema_arrow, opened.metadata
        group_rows = tuple(metadata.row_group(number).num_rows for number in range(metadata.num_row_groups))
    names = _names(file, schema, wanted)
    if nested := [name for name in names if pa.types.is_nested(_plain_type(schema.field(name).type))]:
        raise SourceError(
            f"{file}: {', '.join(map(repr, nested))}: no single value a row, but {schema.field(nested[0]).type} "
            "(flatten it, or name the columns to read in columns: of the source)"
        )
    return _ParquetFile(file, mark, names, group_rows, ambiguous_names(schema.names))


def _names(file: SourceFile, schema: pa.Schema, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The columns to read: those that the job names, or all that have a name of their own."""
    if lacks := [name for name in wanted or () if name not in schema.names]:
        raise SourceError(f"{file}: lacks {', '.join(map(repr, lacks))}; has {', '.join(map(repr, schema.names))}")
    if not schema.names:
        raise SourceError(f"{file}: has no columns")
    if twice := [name for name in wanted or () if name in ambiguous_names(schema.names)]:
        raise SourceError(f"{file}: has more than one column {', '.join(map(repr, twice))}")
    return tuple(wanted) if wanted else header_of(schema.names, f"{file}: the schema", bare=False).names


@contextmanager
def _readable(file: SourceFile) -> Iterator[pq.ParquetFile]:
    """The open file; what goes wrong while it is read is a SourceError."""
    try:
        _check_ends(file)
        with pq.ParquetFile(file.path, **_OPTIONS) as opened:
            yield opened
    except (pa.ArrowException, OSError, MemoryError, UnicodeDecodeError) as error:
        # Arrow's errors are also an OSError or a ValueError, whose `strerror` is None then.
        said = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise SourceError(f"{file}: cannot be read: {said}") from error


def _check_ends(file: SourceFile) -> None:
    """Tell a file that is something else from one that was cut off."""
    with file.path.open("rb") as stored:
        start = stored.read(len(_MAGIC))
        end = b""
        if stored.seek(0, 2) >= 3 * len(_MAGIC):  # the mark twice, and the length of the footer
            stored.seek(-len(_MAGIC), 2)
            end = stored.read()
    if not start:
        raise SourceError(f"{file}: the file is empty")
    if start != _MAGIC:
        raise SourceError(f"{file}: is no Parquet file: it starts with {start!r}, not {_MAGIC!r}")
    if end != _MAGIC:
        raise SourceError(f"{file}: the end of the Parquet file is missing (is it still being written?)")


def _cut(batches: Iterable[pa.RecordBatch], chunk_rows: int) -> Iterator[pa.Table]:
    """The rows in tables of so many; shorter ones where they would hold very much."""
    waiting, rows, size = list[pa.RecordBatch](), 0, 0
    for batch in batches:
        left = batch
        while left.num_rows:
            part = left.slice(0, chunk_rows - rows)
            left = left.slice(part.num_rows)
            waiting.append(part)
            rows, size = rows + part.num_rows, size + part.nbytes
            if rows == chunk_rows or size > MAX_CHUNK_BYTES:
                yield pa.Table.from_batches(waiting)
                waiting, rows, size = [], 0, 0
    if waiting:
        yield pa.Table.from_batches(waiting)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """The type of the values themselves, without what is only a way to store or to name them."""
    if isinstance(kind, pa.BaseExtensionType):
        return _plain_type(kind.storage_type)
    return _plain_type(kind.value_type) if pa.types.is_dictionary(kind) else kind


def _values(column: pa.ChunkedArray, place: str, first_row: int) -> list[Any]:
    """The cells of a column; `first_row` is where it begins, for messages."""
    if isinstance(column.type, pa.BaseExtensionType) and column.type.extension_name == "arrow.uuid":
        return [None if cell is None else str(cell) for cell in column.to_pylist()]
    plain = _for_python(column)
    try:
        return list(plain.to_pylist())
    except (ValueError, OverflowError, KeyError):
        return [_value(cell, f"{place}: row {row}") for row, cell in enumerate(plain, first_row)]


def _value(cell: pa.Scalar[Any], place: str) -> Any:
    """One cell of a column of which not all can be read; what has no value in Python costs its own row."""
    try:
        return cell.as_py()
    except OverflowError:  # years beyond 9999, or before 1
        return OutOfRange(str(cell.cast(pa.string()).as_py()))
    except (ValueError, KeyError) as error:
        raise SourceError(f"{place}: {cell.type} cannot be read: {error}") from error


def _for_python(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column in a type of which Python has values: microseconds, and no more digits than a short float has."""
    kind = _plain_type(column.type)
    plain = column if kind == column.type else column.cast(kind)
    if pa.types.is_float32(kind):
        return plain.cast(pa.string()).cast(pa.float64())  # 0.1 stays 0.1
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return plain.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return plain.cast(pa.time64("us"), safe=False)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return plain.cast(pa.duration("us"), safe=False)
    return plain
