"""Records that are no rows: what is wrong with each, and what it holds; and which are rows with fewer or more cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from odoo_etl.sources.delimited.dialect import Dialect
from odoo_etl.sources.delimited.shapes import MALFORMED, TOO_LONG
from odoo_etl.sources.files import line_breaks
from odoo_etl.sources.model import BadLine

MAX_COLUMNS = 1 << 14  # as many as a spreadsheet has
MAX_RECORD_CHARS = 1 << 26  # of one record, so that a quote that is never closed cannot fill the memory
_SHOWN_CHARS = 30
_KEPT_CHARS = 1000  # of a record that is too long
_BLANKS = (" ", "\N{NO-BREAK SPACE}")


def is_flawed(shape: str) -> bool:
    """Whether a record is no row, however many cells it has."""
    return shape == TOO_LONG or MALFORMED in shape


def bad_line(text: str, shape: str, line: int, dialect: Dialect, width: int) -> BadLine:
    """Say what is wrong with a record of `width` cells, or of another number."""
    if shape == TOO_LONG:
        shown = dialect.as_written(text[:_KEPT_CHARS]).replace("\0", "\N{SYMBOL FOR NULL}")
        return BadLine(line, "too_long", f"over {MAX_RECORD_CHARS:,} characters in one line", (shown,))
    cells = dialect.cells(text, MAX_COLUMNS)
    if "\0" in text:
        shown_cells = tuple(cell.replace("\0", "\N{SYMBOL FOR NULL}") for cell in cells)
        return BadLine(line, "nul_character", "the line holds a NUL character", shown_cells)
    if MALFORMED in shape:
        return BadLine(line, "bad_quote", quoting_fault(text, line, dialect), cells)
    count = shape.count(dialect.delimiter) + 1
    few = "few" if count < width else "many"
    return BadLine(line, "ragged_line", f"too {few} cells: {count} where the header has {width}", cells)


def quoting_fault(text: str, line: int, dialect: Dialect) -> str:
    """Say what is wrong with the quotes of a malformed record that starts at `line`."""
    plain = dialect.masked(text)
    match = dialect.sound.match(plain)
    opened = match.end() if match else 0
    closed = dialect.closed.match(plain, opened)
    if closed:
        at = line + line_breaks(text[: closed.end()])
        after = text[closed.end() : closed.end() + _SHOWN_CHARS].splitlines()[0]
        fault = f"{dialect.as_written(after)!r} stands after a closing quote"
    else:
        at = line + line_breaks(text[:opened])
        fault = f"the quote {dialect.quote} that opens a cell is not closed"
    if at > line:
        fault = f"in line {at} {fault}"
    last = line + line_breaks(text.rstrip("\r\n"))
    reach = f"; lines {line} to {last} are left out together" if last > line else ""
    return f"{fault}{reach} (inside a quoted cell a quote is doubled, or escaped where the source says escape:)"


@dataclass(frozen=True, slots=True)
class Widths:
    """How many cells a row has.

    Attributes:
        width: as the header, and as every row in the end.
        least: cells that a row lacks at its end are empty, as long as it has so many.
        beyond: whether empty cells beyond the header are left out.
    """

    width: int
    least: int
    beyond: bool = False

    def fitted(self, record: str, count: int, dialect: Dialect) -> str | None:
        """A record of `count` cells without escapes as one of `width` cells; None where it is no row."""
        if count == self.width:
            return record
        cells = record.rstrip("\r\n")
        if count < self.width:
            return cells + dialect.delimiter * (self.width - count) + "\n" if count >= self.least else None
        empty = _empty_end(dialect.delimiter, dialect.quote, count - self.width).search(cells) if self.beyond else None
        return cells[: empty.start()] + "\n" if empty else None


@cache
def _empty_end(delimiter: str, quote: str, count: int) -> re.Pattern[str]:
    """So many empty cells at the end of a record. A quoted cell has an odd number of quotes after each delimiter."""
    nothing = [re.escape(blank) for blank in _BLANKS if blank != delimiter]
    nothing += [re.escape(quote * 2)] * bool(quote)
    return re.compile(rf"(?:{re.escape(delimiter)}(?:{'|'.join(nothing)})*+){{{count}}}\Z")
