"""Cells of a sheet of ods of which the library gives nothing, or something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from odoo_etl.sources.excel.cells import Errors, Lost
from odoo_etl.sources.excel.xml import local, parser
from odoo_etl.text import ERROR_TEXT

_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14  # of the library, which leaves out what is beyond
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_VALUES = frozenset(f"office:{one}value" for one in ("", "string-", "date-", "time-", "boolean-"))


def ods_errors(content: bytes, number: int) -> Errors:
    """The errors of the sheet of that number (from 0), and what is lost of it. Raises ValueError, expat.ExpatError."""
    reader = parser()
    sheet = _Sheets(number)
    reader.StartElementHandler, reader.EndElementHandler = sheet.start, sheet.end
    reader.CharacterDataHandler, reader.StartCdataSectionHandler = sheet.text, sheet.cdata
    reader.Parse(content, True)
    return sheet.errors


@dataclass(slots=True)
class _Cell:
    """A cell that is read: its attributes, the text of its paragraphs, and whether some of it is CDATA."""

    attributes: Mapping[str, str]
    texts: list[str] = field(default_factory=list)
    has_cdata: bool = False

    @property
    def error(self) -> str | Lost | None:
        """The error in it, or what is lost of it."""
        text = "".join(self.texts).strip()
        if self._is_marked or self._is_error(text):
            return text
        if not self._has_value and "table:formula" in self.attributes:
            return Lost.UNSAVED
        return Lost.UNREAD if text and (self.has_cdata or not self._has_value) else None

    @property
    def _is_marked(self) -> bool:
        """Whether it is said to be an error, as LibreOffice does."""
        names = self.attributes if "error" in self.attributes.values() else ()
        return any(self.attributes[name] == "error" and local(name) == "value-type" for name in names)

    def _is_error(self, text: str) -> bool:
        """Whether the value is another than the text, which is an error: OpenOffice says 0 then."""
        return not self._is_string and "table:formula" in self.attributes and bool(ERROR_TEXT.fullmatch(text))

    @property
    def _is_string(self) -> bool:
        return self.attributes.get("office:value-type") == "string"

    @property
    def _has_value(self) -> bool:
        return self._is_string or not _VALUES.isdisjoint(self.attributes)


class _Sheets:
    """The cells of one sheet, as a parser comes to them.

    Attributes:
        errors: of its cells, and what is lost of them.
    """

    def __init__(self, number: int) -> None:
        self.errors: dict[int, Mapping[int, str | Lost]] = {}
        self._left = number  # sheets from here on to the one that is wanted; below 0 behind it
        self._is_inside = False
        self._row, self._rows, self._column = 1, 1, 0
        self._found: dict[int, str | Lost] = {}  # in this row
        self._cell: _Cell | None = None
        self._depth, self._is_paragraph = 0, False  # in the cell

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an element. Raises ValueError."""
        if self._cell:
            self._depth += 1
            self._is_paragraph = self._is_paragraph or (self._depth == 1 and name == "text:p")
        elif name == "table:table":
            self._begin_table(attributes)
        elif self._is_inside and name == "table:table-row":
            self._rows, self._column, self._found = _times(attributes, "rows"), 0, {}
        elif self._is_inside and name in _CELLS:
            self._cell = _Cell(attributes)

    def _begin_table(self, attributes: Mapping[str, str]) -> None:
        if self._is_inside:
            raise ValueError("a table stands in another")
        self._is_inside = "table:name" in attributes  # one without a name is no sheet
        self._row = 1

    def end(self, name: str) -> None:
        """End an element."""
        if self._cell and self._depth:
            self._depth -= 1
            self._is_paragraph = self._is_paragraph and self._depth > 0
        elif self._cell:
            self._end_cell(self._cell)
        elif name == "table:table":
            self._left -= self._is_inside
            self._is_inside = False
        elif name == "table:table-row":
            self._end_row()

    def _end_cell(self, cell: _Cell) -> None:
        last = min(self._column + _times(cell.attributes, "columns"), _MOST_COLUMNS)
        error = cell.error if self._left == 0 else None
        if error is not None:
            self._found.update(dict.fromkeys(range(self._column, last), error))
        self._column, self._cell = last, None

    def _end_row(self) -> None:
        last = min(self._row + self._rows, _MOST_ROWS + 1)
        if self._found:
            self.errors.update(dict.fromkeys(range(self._row, last), self._found))
        self._row = last

    def text(self, text: str) -> None:
        """Take note of a text in a paragraph of a cell; those of notes and drawings are no paragraphs of it."""
        if self._cell and self._is_paragraph:
            self._cell.texts.append(text)

    def cdata(self) -> None:
        """Take note of CDATA, which the library leaves out."""
        if self._cell and self._is_paragraph:
            self._cell.has_cdata = _VALUES.isdisjoint(self._cell.attributes)


def _times(attributes: Mapping[str, str], what: str) -> int:
    """How many times a row or a cell stands there. Raises ValueError."""
    return int(attributes.get(f"table:number-{what}-repeated", 1))
