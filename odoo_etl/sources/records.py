"""Text to records with their physical lines: which lines belong together, and which are no rows.

A record is the text of one row, with its line break; quoted cells may hold further ones. Nothing is parsed
here: pandas cuts records into cells afterwards, and may do so blindly, because only records with the right
number of cells reach it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from odoo_etl.errors import SourceError
from odoo_etl.sources.dialect import BREAK, Dialect
from odoo_etl.sources.model import BadLine
from odoo_etl.sources.text import line_breaks, physical_lines

# One record is never this long; a quote that was opened by mistake would swallow the file and our memory.
MAX_RECORD_CHARS = 1 << 24
MAX_COLUMNS = 1 << 14  # as many as a spreadsheet has


@dataclass(frozen=True, slots=True)
class Records:
    """Consecutive records: their texts, their shapes (see Dialect.shape) and the lines they start at."""

    texts: list[str]
    shapes: list[str]
    lines: list[int]


def cut_records(
    blocks: Iterable[str], dialect: Dialect, path: Path, *, most_chars: int = MAX_RECORD_CHARS, first_line: int = 1
) -> Iterator[Records]:
    """Cut text that comes in blocks, as `read_blocks` gives it, into records; the text starts at `first_line`.

    Raises SourceError for a quote that is not closed, and for a record of more than `most_chars`.
    """
    rest, line = "", first_line
    for block in blocks:
        records, rest = _cut(rest + block, line, dialect, path, most_chars)
        if records.texts:
            line = records.lines[-1] + 1 + records.shapes[-1].count(BREAK)
            yield records
    if rest:
        yield _cut(rest, line, dialect, path, None)[0]


def _cut(text: str, line: int, dialect: Dialect, path: Path, most_chars: int | None) -> tuple[Records, str]:
    """The whole records of `text`, which starts at `line`, and what is left for the next block.

    Without `most_chars` no block follows, so nothing may stay open.
    """
    shape, unclosed = dialect.shape(text)
    final = most_chars is None
    too_long = most_chars is not None and len(text) > most_chars
    if unclosed is not None and (final or too_long):
        opened = line + line_breaks(shape[:unclosed]) + shape.count(BREAK, 0, unclosed)
        raise SourceError(
            f"{path}: line {opened}: the quote {dialect.quote} that opens here is not closed "
            '(close it, double it inside a quoted cell, or set quote: "" if the file has no quoting)'
        )
    physical = physical_lines(text)
    shapes = physical[:] if shape is text and unclosed is None else physical_lines(shape[:unclosed])
    if shapes and not final and not shapes[-1].endswith(("\n", "\r")):
        shapes.pop()
    if not shapes and too_long:
        raise SourceError(f"{path}: line {line} is over {most_chars:,} characters long: not a CSV file?")
    return _join(physical, shapes, line)


def _join(physical: list[str], shapes: list[str], line: int) -> tuple[Records, str]:
    """Give each shape its physical lines; returns the records and the text after the last of them."""
    sizes = [1 + shape.count(BREAK) for shape in shapes]
    if sum(sizes) == len(shapes):
        texts = physical[: len(shapes)]
        records = Records(texts, shapes, list(range(line, line + len(shapes))))
        return records, "".join(physical[len(shapes) :])
    texts, lines, at = [], [], 0
    for size in sizes:
        texts.append("".join(physical[at : at + size]))
        lines.append(line + at)
        at += size
    return Records(texts, shapes, lines), "".join(physical[at:])


@dataclass(frozen=True, slots=True)
class Rows:
    """Records that are rows (texts and the lines they start at), and the lines among them that are none."""

    texts: list[str]
    lines: list[int]
    bad: list[BadLine]

    def extend(self, later: Rows) -> None:
        """Append the rows that follow."""
        self.texts.extend(later.texts)
        self.lines.extend(later.lines)
        self.bad.extend(later.bad)

    def chars(self) -> int:
        """How much text the rows and the other lines hold."""
        return sum(map(len, self.texts)) + sum(len(cell) for bad in self.bad for cell in bad.cells)

    def take(self, size: int) -> Rows:
        """Remove and return the first rows: `size` of them, or up to the bad line of that number."""
        ends = [self.lines[size - 1]] if len(self.lines) >= size else []
        ends += [self.bad[size - 1].line] if len(self.bad) >= size else []
        last = min(ends)
        rows, bad = bisect_right(self.lines, last), bisect_right(self.bad, last, key=attrgetter("line"))
        taken = Rows(self.texts[:rows], self.lines[:rows], self.bad[:bad])
        del self.texts[:rows], self.lines[:rows], self.bad[:bad]
        return taken


def part_rows(records: Records, dialect: Dialect, width: int) -> Rows:
    """Keep the records that have `width` cells."""
    counts = [shape.count(dialect.delimiter) for shape in records.shapes]
    # In a wide table an equal count proves at once that no line is blank or ragged.
    if width > 1 and counts.count(width - 1) == len(counts) and "\0" not in "".join(records.texts):
        return Rows(records.texts, records.lines, [])
    parted = Rows([], [], [])
    for text, shape, line, count in zip(records.texts, records.shapes, records.lines, counts, strict=True):
        if is_blank(shape, regular=count == width - 1):
            continue
        if count == width - 1 and "\0" not in text:
            parted.texts.append(text)
            parted.lines.append(line)
        else:
            parted.bad.append(_bad_line(text, line, dialect, width, count + 1))
    return parted


def is_blank(shape: str, *, regular: bool = False) -> bool:
    """True for a line of nothing; blanks are nothing too unless they make a row (tabs, a single column)."""
    return not shape.strip("\r\n") or not (regular or shape.strip())


def _bad_line(text: str, line: int, dialect: Dialect, width: int, count: int) -> BadLine:
    """Say what is wrong with a record of `count` cells that is no row."""
    cells = dialect.cells(text, MAX_COLUMNS)
    if "\0" in text:
        shown = tuple(cell.replace("\0", "\N{SYMBOL FOR NULL}") for cell in cells)
        return BadLine(line, "nul_character", "the line holds a NUL character", shown)
    few = "few" if count < width else "many"
    reason = f"too {few} cells: {count} where the header has {width}"
    return BadLine(line, "ragged_line", reason, cells)
