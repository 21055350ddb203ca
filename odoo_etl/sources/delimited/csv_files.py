"""CSV files as a source: text by pandas, in chunks, with the physical line of every row."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from odoo_etl.errors import SourceError
from odoo_etl.sources.delimited.bad_lines import MAX_COLUMNS, Widths, bad_line, is_flawed
from odoo_etl.sources.delimited.delimiters import fitting_delimiters, said_delimiter
from odoo_etl.sources.delimited.dialect import STAND_IN, Dialect, as_bytes, is_long, with_stand_in
from odoo_etl.sources.delimited.records import Records, Rows, cut_records, is_nothing, part_rows
from odoo_etl.sources.delimited.stretches import stretches
from odoo_etl.sources.files import (
    WHOLE,
    Header,
    SourceFile,
    TableFiles,
    found_before,
    header_of,
    mark_of,
    part_lines,
    physical_lines,
    read_blocks,
    unchanged,
)
from odoo_etl.sources.model import Chunk, SourceMemory
from odoo_etl.spec import CsvSource

MAX_CHUNK_CHARS = 1 << 24
_SAMPLE_CHARS = 1 << 16
_HEADER_HINTS = {
    "nul_character": " (is the file UTF-16? set encoding: utf-16-le or utf-16-be)",
    "too_long": ": not a CSV file?",
}


class CsvFiles(TableFiles[CsvSource]):
    """The rows of one file, or of all files that a glob names, one after the other in sorted order."""

    def __init__(self, spec: CsvSource, memory: SourceMemory) -> None:
        super().__init__(spec, memory, _CsvFile)


def first_delimiter(spec: CsvSource) -> str:
    """The delimiter of the first file. Raises SourceError."""
    return _CsvFile(found_before(spec)[0], spec).delimiter


class _CsvFile:
    """One file: dialect and header are read at once, rows when asked for."""

    def __init__(self, file: SourceFile, spec: CsvSource, fingerprint: str = "") -> None:
        self.file, self.mark = file, mark_of(file)
        self._fingerprint = fingerprint
        self._spec = spec
        self._nulls = frozenset(spec.null_values)
        self.stretch = WHOLE
        self._dialect = self._find_dialect()
        self.header, self._header_line = self._read_header()
        least = self.header.named if spec.ragged == "reject" else 1
        self._widths = Widths(self.header.width, least, beyond=spec.ragged == "pad")

    @property
    def delimiter(self) -> str:
        """The delimiter as the file has it."""
        return self._dialect.written or self._dialect.delimiter

    def parts(self, most_bytes: int) -> Iterator[_CsvFile]:
        """The file in stretches of about so many bytes."""
        for stretch in stretches(self.file, self._spec.encoding, self._dialect, self.header.width, most_bytes):
            part = copy.copy(self)
            part.stretch = stretch
            yield part

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """Chunks of this file, or of its stretch, as it was when its header was read. Raises SourceError."""
        with unchanged(self.file, self.mark):
            yield from self._read(chunk_rows)

    def _read(self, chunk_rows: int) -> Iterator[Chunk]:
        """Chunks; as many bad lines as a chunk has rows close it early, and so does a lot of text."""
        pending = Rows([], [], [])
        for records in self._records(self.header.width):
            pending.extend(part_rows(_after(records, self._header_line), self._dialect, self._widths))
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
        header = self.header
        parsed = _parse([text for rows in parts for text in rows.texts], self._dialect, header.width, header.places)
        columns = [_with_nulls(values, self._nulls) for values in parsed]
        start = 0
        for rows in parts:
            end = start + len(rows.texts)
            cells = {name: values[start:end] for name, values in zip(header.names, columns, strict=True)}
            bad = tuple(replace(line, cells=header.cells(line.cells)) for line in rows.bad)
            yield Chunk(cells, rows.lines, file=self.file.name, bad=bad)
            start = end

    def _records(self, width: int | None = None) -> Iterator[Records]:
        """All records of the file, the header among them."""
        first_line = self.stretch.first_line + (0 if self.stretch.start else self._dialect.skipped)
        return cut_records(self._blocks(), self._dialect, self.file, width=width, first_line=first_line)

    def _blocks(self) -> Iterator[str]:
        """The text of the table."""
        dialect = self._dialect
        blocks = self._raw_blocks()
        if dialect.skipped and not self.stretch.start:
            blocks = part_lines(blocks, dialect.skipped)[1]
        return with_stand_in(blocks, dialect.written) if dialect.written else blocks

    def _raw_blocks(self) -> Iterator[str]:
        return read_blocks(self.file, self._spec.encoding, self._fingerprint, self.stretch)

    def _find_dialect(self) -> Dialect:
        """The dialect as given, or with the delimiter that the first line names, or the one that fits the start."""
        spec = self._spec
        dialect = Dialect(
            delimiter=",",
            quote=spec.quote,
            escape=spec.escape or "",
            lenient=spec.quoting == "lenient",
            comment=spec.comment,
            skipped=spec.skip or (spec.header_row or 1) - 1,
        )
        if spec.delimiter is not None:
            long = is_long(spec.delimiter)
            return replace(dialect, delimiter=STAND_IN if long else spec.delimiter, written=long * spec.delimiter)
        before, blocks = part_lines(self._raw_blocks(), dialect.skipped)
        sample = next(blocks, "")[:_SAMPLE_CHARS]
        firsts = [next(iter(physical_lines(text)), "") for text in (before[:_SAMPLE_CHARS], sample)]
        if said := next(filter(None, map(said_delimiter, firsts)), None):
            return replace(dialect, delimiter=said)
        fitting = fitting_delimiters(sample, dialect)
        if len(fitting) > 1:
            raise SourceError(
                f"{self.file}: cannot tell which delimiter it has, {' or '.join(map(repr, fitting))} "
                "(set delimiter: in the source of the job)"
            )
        return replace(dialect, delimiter=fitting[0])

    def _read_header(self) -> tuple[Header, int]:
        """The header and its line: the job's, or the first that is not empty and does not just name the delimiter."""
        first = self._dialect.skipped + 1
        for records in self._records():
            for text, shape, line in zip(records.texts, records.shapes, records.lines, strict=True):
                says_delimiter = line == first and said_delimiter(self._dialect.as_written(text)) is not None
                if self._spec.header:
                    return self._header_of_job(), first if says_delimiter else first - 1
                if says_delimiter or not text.strip() or is_nothing(text, shape, self._dialect):
                    continue
                if line != (self._spec.header_row or line):
                    raise SourceError(f"{self.file}: header_row: {first}, but that line is empty (the next is {line})")
                return self._named(text, shape, line), line
        if self._spec.header:
            return self._header_of_job(), 0
        left_out = f" below its first {first - 1} lines, which are left out" if first > 1 else ""
        raise SourceError(f"{self.file}: the file is empty{left_out} (a header line with the column names is needed)")

    def _header_of_job(self) -> Header:
        return header_of(self._spec.header, f"{self.file}: the header of the job")

    def _named(self, text: str, shape: str, line: int) -> Header:
        """Read a header line."""
        place = f"{self.file}: line {line}: the header"
        width = shape.count(self._dialect.delimiter) + 1
        if is_flawed(shape) or "\0" in text:
            bad = bad_line(text, shape, line, self._dialect, width)
            raise SourceError(f"{place} cannot be read: {bad.reason}{_HEADER_HINTS.get(bad.code, '')}")
        if width > MAX_COLUMNS:
            raise SourceError(f"{place} has {width:,} columns; at most {MAX_COLUMNS:,} are read (another delimiter?)")
        plain = self._dialect.without_escapes(text)
        return header_of([column[0] for column in _parse([plain], self._dialect, width, range(width))], place)


def _after(records: Records, line: int) -> Records:
    """The records that start after `line`."""
    if records.lines[0] > line:
        return records
    start = sum(1 for at in records.lines if at <= line)
    return Records(records.texts[start:], records.shapes[start:], records.lines[start:], records.flawed)


def _parse(texts: list[str], dialect: Dialect, width: int, places: Sequence[int]) -> list[list[str]]:
    """Cells by column, as text, of the columns at these places.

    Every record must have `width` cells and none may be blank.
    """
    if not texts:
        return [[] for _ in places]
    text, delimiter = "".join(texts), dialect.delimiter
    if dialect.written:
        text, delimiter = as_bytes(text)
    frame = pd.read_csv(
        io.BytesIO(text.encode()),
        sep=delimiter,
        quotechar=dialect.quote or '"',
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        header=None,
        names=range(width),
        usecols=list(places) if len(places) < width else None,
        index_col=False,
        dtype=object,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
        low_memory=False,
        engine="c",
    )
    columns = [frame[column].tolist() for column in places]
    if not dialect.written:
        return columns
    return [[cell.replace(delimiter, dialect.written) for cell in column] for column in columns]


def _with_nulls(values: list[str], nulls: frozenset[str]) -> list[str | None]:
    """`values` with None for every cell that means null."""
    if nulls.isdisjoint(values):
        return list(values)
    return [None if value in nulls else value for value in values]
