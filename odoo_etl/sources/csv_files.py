"""CSV files as a source: text by pandas, in chunks, with the physical line of every row."""

from __future__ import annotations

import copy
import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from odoo_etl.errors import SourceError
from odoo_etl.sources.bad_lines import MAX_COLUMNS, bad_line, is_flawed
from odoo_etl.sources.delimiters import fitting_delimiters, said_delimiter
from odoo_etl.sources.dialect import Dialect
from odoo_etl.sources.model import Chunk, Source, SourceMemory
from odoo_etl.sources.records import Records, Rows, cut_records, part_rows
from odoo_etl.sources.stretches import stretches
from odoo_etl.sources.text import WHOLE, find_files, fingerprint, physical_lines, read_blocks
from odoo_etl.sources.unchanged import FileMark, check_unchanged, mark_of, unchanged
from odoo_etl.spec import CsvSource

MAX_CHUNK_CHARS = 1 << 24
LEAST_RANGE_BYTES = 1 << 20  # less is read sooner than it is handed to another process
_SAMPLE_CHARS = 1 << 16
_HEADER_HINTS = {
    "nul_character": " (is the file UTF-16? set encoding: utf-16-le or utf-16-be)",
    "too_long": ": not a CSV file?",
}


class CsvFiles:
    """The rows of one file, or of all files that a glob names, one after the other in sorted order."""

    cursor = None

    def __init__(self, spec: CsvSource, memory: SourceMemory) -> None:
        self._spec = spec
        self._memory = memory
        self._marks: dict[Path, FileMark] = {}

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """Path to SHA-256 of the files that are read, in their order; empty unless `only_new`.

        Taken once: what changes afterwards is a SourceError at the end of the file.
        """
        if not self._spec.only_new:
            return {}
        found = {str(path): fingerprint(path) for path in find_files(self._spec.path)}
        return {path: mark for path, mark in found.items() if self._memory.files.get(path) != mark}

    def columns(self) -> list[str]:
        """Column names, in the order of the first file. Reads the header of every file.

        Raises SourceError: no file, an empty one, names missing or twice, files with different columns.
        """
        if self._spec.only_new and not self.fingerprints:
            return _CsvFile(find_files(self._spec.path)[0], self._spec).columns
        return self._open_all()[0].columns

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks; lines with too many or too few cells come as `Chunk.bad`."""
        files = self._open_all()
        for file in files:
            for chunk in file.chunks(chunk_rows):
                yield _reorder(chunk, files[0].columns)

    def ranges(self, count: int) -> list[Source]:
        """Stretches of the files; a file whose fingerprint is to be kept is read in one piece."""
        files = self._open_all()
        if self._spec.only_new:
            parts = files
        else:
            most_bytes = max(LEAST_RANGE_BYTES, sum(file.path.stat().st_size for file in files) // count)
            parts = [part for file in files for part in file.parts(most_bytes)]
        return [_CsvRange(part, files[0].columns) for part in parts]

    def _open_all(self) -> list[_CsvFile]:
        """Every file that is read, with its dialect and header, once they are known to agree."""
        if self._spec.only_new:
            files = [_CsvFile(Path(path), self._spec, mark) for path, mark in self.fingerprints.items()]
        else:
            files = [_CsvFile(path, self._spec) for path in find_files(self._spec.path)]
        for file in files:
            check_unchanged(file.path, self._marks.setdefault(file.path, file.mark))
        for file in files[1:]:
            first = files[0]
            lacks, has = set(first.columns) - set(file.columns), set(file.columns) - set(first.columns)
            if lacks or has:
                raise SourceError(
                    f"{file.path}: other columns than {first.path}: lacks {sorted(lacks)}, has {sorted(has)} "
                    "(files of one pattern need the same columns, in any order)"
                )
        return files


class _CsvRange:
    """One file, or a stretch of it, as a source."""

    cursor = None
    fingerprints: Mapping[str, str] = MappingProxyType({})

    def __init__(self, file: _CsvFile, columns: list[str]) -> None:
        self._file, self._columns = file, columns

    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return self._columns

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, from the first one."""
        return (_reorder(chunk, self._columns) for chunk in self._file.chunks(chunk_rows))


class _CsvFile:
    """One file: dialect and header are read at once, rows when asked for."""

    def __init__(self, path: Path, spec: CsvSource, fingerprint: str = "") -> None:
        self.path, self.mark = path, mark_of(path)
        self._fingerprint = fingerprint
        self._spec = spec
        self._nulls = frozenset(spec.null_values)
        self.stretch = WHOLE
        self._dialect = self._find_dialect()
        self.columns, self._header_line = self._read_header()

    def parts(self, most_bytes: int) -> Iterator[_CsvFile]:
        """The file in stretches of about so many bytes."""
        for stretch in stretches(self.path, self._spec.encoding, self._dialect, len(self.columns), most_bytes):
            part = copy.copy(self)
            part.stretch = stretch
            yield part

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """Chunks of this file, or of its stretch, as it was when its header was read. Raises SourceError."""
        with unchanged(self.path, self.mark):
            yield from self._read(chunk_rows)

    def _read(self, chunk_rows: int) -> Iterator[Chunk]:
        """Chunks; as many bad lines as a chunk has rows close it early, and so does a lot of text."""
        pending = Rows([], [], [])
        for records in self._records(len(self.columns)):
            pending.extend(part_rows(_after(records, self._header_line), self._dialect, len(self.columns)))
            whole: list[Rows] = []
            while len(pending.texts) >= chunk_rows or len(pending.bad) >= chunk_rows:
                whole.append(pending.take(chunk_rows))
            yield from self._chunks(whole)
            if pending.chars() > MAX_CHUNK_CHARS:
                yield from self._chunks([pending])
                pending = Rows([], [], [])
        if pending.texts or pending.bad:
            yield from self._chunks([pending])

    def _chunks(self, parts: Sequence[Rows]) -> Iterator[Chunk]:
        """Parse the texts of some rows: all at once, since a use of pandas costs as much as parsing a thousand rows."""
        parsed = _parse([text for rows in parts for text in rows.texts], self._dialect, len(self.columns))
        columns = [_with_nulls(values, self._nulls) for values in parsed]
        start = 0
        for rows in parts:
            end = start + len(rows.texts)
            cells = {name: values[start:end] for name, values in zip(self.columns, columns, strict=True)}
            yield Chunk(cells, rows.lines, file=str(self.path), bad=tuple(rows.bad))
            start = end

    def _records(self, width: int | None = None) -> Iterator[Records]:
        """All records of the file, the header among them."""
        first_line = self.stretch.first_line
        return cut_records(self._blocks(), self._dialect, self.path, width=width, first_line=first_line)

    def _blocks(self) -> Iterator[str]:
        return read_blocks(self.path, self._spec.encoding, self._fingerprint, self.stretch)

    def _find_dialect(self) -> Dialect:
        """The dialect as given, or with the delimiter that the first line names, or the one that fits the start."""
        spec = self._spec
        dialect = Dialect(spec.delimiter or ",", spec.quote, spec.escape or "", lenient=spec.quoting == "lenient")
        if spec.delimiter is not None:
            return dialect
        sample = next(self._blocks(), "")[:_SAMPLE_CHARS]
        if said := said_delimiter(next(iter(physical_lines(sample)), "")):
            return replace(dialect, delimiter=said)
        fitting = fitting_delimiters(sample, dialect)
        if len(fitting) > 1:
            raise SourceError(
                f"{self.path}: cannot tell which delimiter it has, {' or '.join(map(repr, fitting))} "
                "(set delimiter: in the source of the job)"
            )
        return replace(dialect, delimiter=fitting[0])

    def _read_header(self) -> tuple[list[str], int]:
        """The names in the first line that is not empty and does not just name the delimiter, and its number."""
        for records in self._records():
            for text, shape, line in zip(records.texts, records.shapes, records.lines, strict=True):
                nothing = not text.strip() or self._dialect.empty.fullmatch(text)
                if not (nothing or (line == 1 and said_delimiter(text))):
                    return self._names(text, shape, line), line
        raise SourceError(f"{self.path}: the file is empty (a header line with the column names is needed)")

    def _names(self, text: str, shape: str, line: int) -> list[str]:
        """The names of a header line, once they are known to name each column."""
        place = f"{self.path}: line {line}: the header"
        width = shape.count(self._dialect.delimiter) + 1
        if is_flawed(shape) or "\0" in text:
            bad = bad_line(text, shape, line, self._dialect, width)
            raise SourceError(f"{place} cannot be read: {bad.reason}{_HEADER_HINTS.get(bad.code, '')}")
        if width > MAX_COLUMNS:
            raise SourceError(f"{place} has {width:,} columns; at most {MAX_COLUMNS:,} are read (another delimiter?)")
        names = [column[0] for column in _parse([self._dialect.without_escapes(text)], self._dialect, width)]
        if empty := [position for position, name in enumerate(names, 1) if not name.strip()]:
            raise SourceError(f"{place} has no name for column {', '.join(map(str, empty))} of {width}")
        if len({name.strip() for name in names}) == len(names):
            names = [name.strip() for name in names]
        if twice := [name for name, count in Counter(names).items() if count > 1]:
            raise SourceError(f"{place} names more than one column {', '.join(map(repr, twice))}")
        return names


def _after(records: Records, line: int) -> Records:
    """The records that start after `line`."""
    if records.lines[0] > line:
        return records
    start = sum(1 for at in records.lines if at <= line)
    return Records(records.texts[start:], records.shapes[start:], records.lines[start:], records.flawed)


def _parse(texts: list[str], dialect: Dialect, width: int) -> list[list[str]]:
    """Cells by column, as text. Every record must have `width` cells and none may be blank."""
    if not texts:
        return [[] for _ in range(width)]
    frame = pd.read_csv(
        io.BytesIO("".join(texts).encode()),
        sep=dialect.delimiter,
        quotechar=dialect.quote or '"',
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        header=None,
        names=range(width),
        index_col=False,
        dtype=object,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
        low_memory=False,
        engine="c",
    )
    return [frame[column].tolist() for column in range(width)]


def _with_nulls(values: list[str], nulls: frozenset[str]) -> list[str | None]:
    """`values` with None for every cell that means null."""
    if nulls.isdisjoint(values):
        return list(values)
    return [None if value in nulls else value for value in values]


def _reorder(chunk: Chunk, columns: list[str]) -> Chunk:
    """`chunk` with its columns in the order of the first file."""
    if list(chunk.columns) == columns:
        return chunk
    return Chunk({name: chunk.columns[name] for name in columns}, chunk.lines, chunk.file, chunk.bad)
