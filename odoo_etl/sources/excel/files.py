"""Workbooks as a source (xlsx, xlsb, xls, ods): one sheet, with the types that its cells have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from odoo_etl.errors import SourceError
from odoo_etl.sources.excel.cells import area_of, cells_of, column_letters
from odoo_etl.sources.excel.sheet import Sheet, forget_sheet, load_sheet
from odoo_etl.sources.files import (
    FileMark,
    Header,
    SourceFile,
    TableFiles,
    check_unchanged,
    header_of,
    mark_of,
    unchanged,
)
from odoo_etl.sources.files import fingerprint as fingerprint_of
from odoo_etl.sources.model import BadLine, Chunk, SourceMemory
from odoo_etl.spec import ExcelSource


class ExcelFiles(TableFiles[ExcelSource]):
    """The rows of one workbook, or of all that a glob names, one after the other in sorted order."""

    def __init__(self, spec: ExcelSource, memory: SourceMemory) -> None:
        super().__init__(spec, memory, _open)


@dataclass(frozen=True)
class _ExcelFile:
    """One sheet of a workbook, whose header is known.

    Attributes:
        name: of the sheet.
        first_row: the row of the sheet below the header, from 1.
        fingerprint: that the file must have; "" for none.
    """

    file: SourceFile
    mark: FileMark
    header: Header
    spec: ExcelSource
    name: str
    first_row: int
    fingerprint: str

    def parts(self, _most_bytes: int, /) -> Iterator[_ExcelFile]:
        """The sheet as a whole."""
        yield self

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """Chunks of the sheet, as it was when its header was read. Raises SourceError."""
        try:
            with unchanged(self.file, self.mark):
                if self.fingerprint and fingerprint_of(self.file) != self.fingerprint:
                    raise SourceError(f"{self.file}: has changed while it was read (run the job again)")
                sheet = load_sheet(self.file, self.mark, self.spec.sheet)
                rows = self._filled(_rows(sheet, self.spec, self.first_row))
                while some := list(islice(rows, chunk_rows)):
                    yield self._chunk(some)
        finally:
            forget_sheet()

    def _filled(self, rows: Iterable[tuple[int, list[Any]]]) -> Iterator[tuple[int, Sequence[Any], bool]]:
        """Rows in which something stands: their numbers, their cells, and whether some are beyond the header."""
        width = self.header.width
        for line, row in rows:
            named, beyond = self._named(row), row[width:]
            if any(cell is not None for cell in beyond):
                yield line, [*named, *beyond], True
            elif any(cell is not None for cell in named):
                yield line, named, False

    def _chunk(self, rows: Sequence[tuple[int, Sequence[Any], bool]]) -> Chunk:
        """The rows by column."""
        good = [(line, cells) for line, cells, is_long in rows if not is_long]
        bad = tuple(_too_many(line, cells, self.header, self.spec) for line, cells, is_long in rows if is_long)
        columns = zip(*(cells for _, cells in good), strict=True) if good else ([] for _ in self.header.names)
        cells_by_name = dict(zip(self.header.names, map(list, columns), strict=True))
        return Chunk(cells_by_name, [line for line, _ in good], f"{self.file}#{self.name}", bad)

    def _named(self, row: Sequence[Any]) -> Sequence[Any]:
        """The cells of the columns that have a name; those that mean null are None."""
        header, nulls = self.header, self._nulls
        if not header.is_plain or len(row) != header.width:
            row = [row[place] if place < len(row) else None for place in header.places]
        return [None if type(cell) is str and cell in nulls else cell for cell in row] if nulls else row

    @cached_property
    def _nulls(self) -> frozenset[str]:
        """Texts that mean null; empty cells are null without them."""
        return frozenset(self.spec.null_values) - {""}


def _too_many(line: int, cells: Sequence[Any], header: Header, spec: ExcelSource) -> BadLine:
    first = area_of(spec.range or "").first_column + header.width
    reason = f"too many cells: something stands in column {column_letters(first)} or beyond, where the header ends"
    return BadLine(line, "ragged_line", reason, tuple(cells))


def _open(file: SourceFile, spec: ExcelSource, fingerprint: str) -> _ExcelFile:
    """A workbook with the header of its sheet. Raises SourceError."""
    mark = mark_of(file)
    sheet = load_sheet(file, mark, spec.sheet)
    check_unchanged(file, mark)
    header, last_row = _header(sheet, spec, file)
    return _ExcelFile(file, mark, header, spec, sheet.name, last_row + 1, fingerprint)


def _header(sheet: Sheet, spec: ExcelSource, file: SourceFile) -> tuple[Header, int]:
    """The header and its row: the job's, or the first row that is not empty."""
    place = f"{file}: the sheet {sheet.name!r}"
    first = area_of(spec.range or "").first_row + spec.skip
    if spec.header:
        return header_of(spec.header, f"{place}: the header of the job"), first - 1
    first = spec.header_row or first
    for row, cells in _rows(sheet, spec, first):
        whole = sheet.with_merged_above(row, cells, area_of(spec.range or "").first_column)
        if not any(cell is not None for cell in whole):
            continue
        if row != (spec.header_row or row):
            raise SourceError(f"{place}: header_row: {first}, but that row is empty (the next is {row})")
        return header_of(["" if cell is None else str(cell) for cell in whole], f"{place}: row {row}: the header"), row
    others = ", ".join(map(repr, sheet.others))
    raise SourceError(
        f"{place} is empty{f' from row {first} on' if first > 1 else ''} (a row with the names of the columns is needed"
        + (f"; the other sheets are {others})" if others else ")")
    )


def _rows(sheet: Sheet, spec: ExcelSource, first_row: int) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the table with their numbers, comments left out."""
    area = area_of(spec.range or "")
    rows = cells_of(sheet.rows(), replace(area, first_row=first_row), sheet.errors, sheet.name)
    return (one for one in rows if not _is_comment(one[1], spec.comment)) if spec.comment else rows


def _is_comment(cells: Iterable[Any], comment: str) -> bool:
    first = next((cell for cell in cells if cell is not None), None)
    return isinstance(first, str) and first.startswith(comment)
