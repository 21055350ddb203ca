"""Cells of a sheet of xlsx of which the library gives nothing, or something else; and how far the sheet reaches."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from odoo_etl.sources.excel.cells import Errors, Lost, check_extent, column_number
from odoo_etl.sources.excel.plain import plain_errors
from odoo_etl.sources.excel.xml import BLOCK_BYTES, local, parser

_LEAST_COLUMNS = 26
_ADDRESS = re.compile(r"([A-Za-z]*)0*([1-9][0-9]*)")
_PARTS = frozenset({"f", "v", "is"})
_TEXTS = frozenset({"str", "d"})  # types of cells whose text the library reads as XML
_NUMBERS = frozenset({"", "n"})
_INLINE = frozenset({"inlineStr", "is"})


def xlsx_errors(opened: Callable[[], IO[bytes]], place: str, *, is_uncalculated: bool = False) -> Errors:
    """The errors of a sheet, and what is lost of it.

    Args:
        opened: opens the XML of the sheet, from its beginning.
        place: what the sheet is called.
        is_uncalculated: a formula with the value 0 may never have been calculated.

    Raises:
        SourceError: the sheet reaches too far.
        ValueError, expat.ExpatError: no XML of a sheet.
    """
    errors = plain_errors(opened, is_uncalculated=is_uncalculated)
    return parsed_errors(opened, place, is_uncalculated=is_uncalculated) if errors is None else errors


def parsed_errors(opened: Callable[[], IO[bytes]], place: str, *, is_uncalculated: bool = False) -> Errors:
    """The same of any sheet, by a parser."""
    reader = parser()
    sheet = _Sheet(reader, is_uncalculated=is_uncalculated)
    with opened() as stream:
        while block := stream.read(BLOCK_BYTES):
            reader.Parse(block)
    reader.Parse(b"", True)
    check_extent(sheet.rows, sheet.columns, place)
    return sheet.errors


@dataclass(slots=True)
class _Cell:
    """A cell that is read, and the text of its value.

    Attributes:
        row, column: where the library has it; rows from 1, columns from 0.
        part: the element of its value, `v` or `is`; "" without one.
        texts: the parts of the value.
        is_odd: something that is no text stands in the value.
        start, end: where its text is in the file, in bytes.
        has_more: something stands behind the value, in place of which the library takes that.
    """

    row: int
    column: int
    type: str
    has_formula: bool = False
    part: str = ""
    texts: list[str] = field(default_factory=list)
    is_odd: bool = False
    start: int = 0
    end: int = 0
    has_more: bool = False

    def begin(self, part: str) -> None:
        """Take note of a formula or a value that begins."""
        self.has_formula = self.has_formula or part == "f"
        if part == "is":
            self.texts.clear()
        self.has_more = part != "is" and bool(self.texts)
        self.part = part if part != "f" else self.part

    @property
    def holds_something(self) -> bool:
        """Whether it counts for how far a sheet reaches."""
        return self.has_formula or bool(self.part) or self.type == "e"

    @property
    def is_zero(self) -> bool:
        """Whether it is a formula with the number 0, which is also what it has before it was calculated."""
        return self.has_formula and self.type in _NUMBERS and "".join(self.texts).strip() == "0"

    @property
    def error(self) -> str | Lost | None:
        """The error in it, or what is lost of it."""
        text = "".join(self.texts)
        if self.has_formula and self.type != "str" and not text.strip():
            return Lost.UNSAVED
        if self.type == "e":
            return text.strip()
        stands = text if self.type == "s" else text.strip()
        return Lost.UNREAD if stands and self._is_unread(text) else None

    def _is_unread(self, text: str) -> bool:
        """Whether the library takes the text as an empty one or as another."""
        if self.has_more or self.part == "is":
            return self.has_more
        if self.is_odd or self.type in _INLINE:
            return True
        if self.type == "s" and not (text.isascii() and text.isdecimal()):  # taken for the first of the shared texts
            return True
        has_references = self.end - self.start != len(text.encode())
        return self.type not in _TEXTS and (has_references or text != text.strip())


class _Sheet:
    """The cells of a sheet, as a parser comes to them.

    Attributes:
        errors: of its cells, and what is lost of them.
        rows, columns: how far it reaches.
    """

    def __init__(self, reader: expat.XMLParserType, *, is_uncalculated: bool) -> None:
        self._is_uncalculated = is_uncalculated
        self.errors: dict[int, dict[int, str | Lost]] = {}
        self.rows, self.columns = 1, _LEAST_COLUMNS
        self._reader = reader
        self._row, self._column = 1, 0  # of the next cell without an address
        self._cell: _Cell | None = None
        self._part, self._depth = "", 0  # of the cell, and how deep the parser is in it
        reader.StartElementHandler = self._before_rows
        reader.EndElementHandler = self._end
        reader.CharacterDataHandler = self._text
        reader.CommentHandler = reader.ProcessingInstructionHandler = reader.StartCdataSectionHandler = self._odd

    def _before_rows(self, name: str, _attributes: Mapping[str, str]) -> None:
        if local(name) == "sheetData":
            self._reader.StartElementHandler = self._start

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = local(name)
        if self._depth:
            self._depth += 1
            self._odd()
        elif kind == "c":
            self._cell = self._cell_at(attributes)
        elif kind == "row" and "r" in attributes:
            self._row, _ = _place(attributes["r"])
        elif self._cell and kind in _PARTS:
            self._part, self._depth = kind, 1
            self._cell.begin(kind)

    def _cell_at(self, attributes: Mapping[str, str]) -> _Cell:
        row, column = _place(attributes["r"]) if "r" in attributes else (self._row, self._column)
        self._column = column + 1
        return _Cell(row, column, attributes.get("t", ""))

    def _end(self, name: str) -> None:
        kind = local(name)
        if self._depth:
            self._depth -= 1
            if self._cell and self._part == "v":
                self._cell.end = self._reader.CurrentByteIndex
        elif kind == "c":
            self._close()
        elif kind == "row":
            self._row, self._column = self._row + 1, 0
        elif kind == "sheetData":
            self._reader.StartElementHandler = None

    def _close(self) -> None:
        """Take note of a cell that is read."""
        cell, self._cell = self._cell, None
        if cell is None or not cell.holds_something:
            return
        self.rows, self.columns = max(self.rows, cell.row), max(self.columns, cell.column + 1)
        error = Lost.UNSAVED if self._is_uncalculated and cell.is_zero else cell.error
        if error is not None:
            self.errors.setdefault(cell.row, {})[cell.column] = error

    def _text(self, text: str) -> None:
        if self._cell and self._depth and self._part != "f":
            self._cell.start = self._cell.start or self._reader.CurrentByteIndex
            self._cell.texts.append(text)

    def _odd(self, *_: object) -> None:
        """Take note of a comment, an instruction, CDATA or an element in a value."""
        if self._cell and self._depth and self._part == "v":
            self._cell.is_odd = True


def _place(address: str) -> tuple[int, int]:
    """The row and the column of an address; the column of a row's is -1. Raises ValueError."""
    match = _ADDRESS.fullmatch(address)
    if not match:
        raise ValueError(f"{address!r} is no address of a cell or a row")
    return int(match[2]), column_number(match[1].upper())
