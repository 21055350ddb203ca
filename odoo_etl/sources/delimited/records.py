"""Text to records with their physical lines: which lines belong together, and which are no rows.

A record is the text of one row, with its line break; quoted cells may hold further ones. Nothing is parsed
here: pandas cuts records into cells afterwards, and may do so blindly, because only records with the right
number of cells reach it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, chain, compress, pairwise
from operator import attrgetter, itemgetter

from odoo_etl.errors import SourceError
from odoo_etl.sources.delimited.bad_lines import MAX_RECORD_CHARS, Widths, bad_line, is_flawed
from odoo_etl.sources.delimited.dialect import BREAK, COMMENT, Dialect
from odoo_etl.sources.delimited.malformed import Known
from odoo_etl.sources.delimited.shapes import TOO_LONG, shape_of
from odoo_etl.sources.files import line_breaks, line_end, physical_lines
from odoo_etl.sources.model import BadLine

DOS_END = "\x1a"
BLOCK_CHARS = 1 << 19


@dataclass(frozen=True, slots=True)
class Records:
    """Consecutive records: their texts, their shapes (see `Shape`) and the lines they start at.

    Attributes:
        flawed: whether one of them is malformed or too long; a shape of "" goes on where a record was too long.
    """

    texts: list[str]
    shapes: list[str]
    lines: list[int]
    flawed: bool = False


def cut_records(  # noqa: PLR0913 - a text, how it is written, and where it stands
    blocks: Iterable[str],
    dialect: Dialect,
    place: object,
    *,
    width: int | None = None,
    most_chars: int = MAX_RECORD_CHARS,
    first_line: int = 1,
) -> Iterator[Records]:
    """Cut text that comes in blocks, as `read_blocks` gives it, into records; the text starts at `first_line`.

    A record of more than `most_chars` is given in pieces. Raises SourceError for a quote that is not closed where
    nothing tells where the next record begins.

    Args:
        width: how many cells a record has; None for the header.
    """
    cutter = _Cutter(dialect, place, width, most_chars, first_line)
    for records in chain(chain.from_iterable(map(cutter.take, blocks)), cutter.end()):
        if records.texts:
            yield records


class _Cutter:
    """Text that waits until its records are whole."""

    def __init__(self, dialect: Dialect, place: object, width: int | None, most_chars: int, line: int) -> None:
        self._dialect, self._place, self._width, self._most_chars = dialect, place, width, most_chars
        self._line = line
        self._waiting: list[str] = []
        self._chars = self._tried = 0
        self._too_long = False  # the end of such a record has not come yet
        self._again = ""  # text that was waited for in vain; looked at piece by piece, since lines take much memory

    def take(self, block: str) -> Iterator[Records]:
        """The records that are whole with this block."""
        if self._too_long:
            end = line_end(block)
            self._too_long = end == 0
            yield Records([block[: end or None]], [""], [self._line], flawed=True)
            self._line += end > 0
            block = block[end:] if end else ""
        self._waiting.append(block)
        self._chars += len(block)
        # Seldom for a long record: each time, all of it is looked at again.
        if self._chars >= min(2 * self._tried, self._most_chars + 1):
            yield self._cut("".join(self._waiting), Known(self._width))
            if self._chars > self._most_chars:
                yield self._cut("".join(self._waiting), Known(self._width, full=True))
                yield from self._taken_again()

    def end(self) -> Iterator[Records]:
        """Yield the records that are left when no block follows."""
        while rest := "".join(self._waiting).rstrip(DOS_END):
            yield self._cut(rest, Known(self._width, last=True))
            yield from self._taken_again()

    def _taken_again(self) -> Iterator[Records]:
        text, self._again, start = self._again, "", 0
        while start < len(text):
            end = start + BLOCK_CHARS
            end += text[end - 1 : end + 1] == "\r\n"
            yield from self.take(text[start:end])
            start = end

    def _cut(self, text: str, known: Known) -> Records:
        """The whole records of `text`; what is left waits."""
        shape = shape_of(text, self._dialect, known)
        endless = not known.last and not line_end(text)
        if endless and known.full:
            self._too_long = True
            return self._taken([text], [TOO_LONG], flawed=True)
        if endless:
            return self._taken([text], [])
        if known.enough and shape.open is not None:
            raise self._unclosed(shape.text, shape.open)
        if shape.covers is not None:
            text, self._again = text[: shape.covers], text[shape.covers :]
        physical = physical_lines(text)
        shapes = physical[:] if shape.text is text and shape.open is None else physical_lines(shape.text[: shape.open])
        if shapes and not known.last and not shapes[-1].endswith(("\n", "\r")):
            shapes.pop()
        return self._taken(physical, shapes, flawed=shape.malformed, broken=BREAK in shape.text)

    def _taken(self, physical: list[str], shapes: list[str], *, flawed: bool = False, broken: bool = False) -> Records:
        """Give each shape its physical lines; those after the last of them wait."""
        line, used = self._line, len(shapes)
        if broken:
            starts = [0, *accumulate(1 + shape.count(BREAK) for shape in shapes)]
            texts = ["".join(physical[start:end]) for start, end in pairwise(starts)]
            lines, used = [line + start for start in starts[:-1]], starts[-1]
        else:
            texts, lines = physical[:used], list(range(line, line + used))
        self._waiting = physical[used:]
        self._chars = self._tried = sum(map(len, self._waiting))
        self._line += 0 if self._too_long else used
        return Records(texts, shapes, lines, flawed)

    def _unclosed(self, shape: str, opened: int) -> SourceError:
        line = self._line + line_breaks(shape[:opened]) + shape.count(BREAK, 0, opened)
        quote = self._dialect.quote
        return SourceError(
            f"{self._place}: line {line}: the quote {quote} that opens here is not closed "
            '(close it, double it inside a quoted cell, or set quote: "" if the file has no quoting)'
        )


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


def part_rows(records: Records, dialect: Dialect, widths: Widths) -> Rows:
    """Keep the records of which one cell at least holds something, with as many cells as the header has."""
    width = widths.width
    counts = [shape.count(dialect.delimiter) for shape in records.shapes]
    # In a wide table an equal count proves at once that no line is blank or ragged.
    regular = width > 1 and not records.flawed and counts.count(width - 1) == len(counts)
    if regular and "\0" not in "".join(records.texts):
        rows = _filled(records, dialect)
        return replace(rows, texts=list(map(dialect.without_escapes, rows.texts))) if dialect.escape else rows
    return _cut(records, counts, dialect, widths)


def _filled(records: Records, dialect: Dialect) -> Rows:
    """The regular records that hold something."""
    if not _may_be_empty(records.texts, dialect):
        return Rows(records.texts, records.lines, [])
    kept = [not dialect.empty.fullmatch(text) for text in records.texts]
    return Rows(list(compress(records.texts, kept)), list(compress(records.lines, kept)), [])


def _may_be_empty(texts: list[str], dialect: Dialect) -> bool:
    """Whether a record begins as an empty one does: a look at one or two characters of each."""
    firsts = set(map(itemgetter(0), texts))
    if dialect.delimiter in firsts:
        return True
    return dialect.quote in firsts and dialect.quote in set(map(itemgetter(1), texts))


def _cut(records: Records, counts: list[int], dialect: Dialect, widths: Widths) -> Rows:
    rows, width = Rows([], [], []), widths.width
    for text, shape, line, count in zip(records.texts, records.shapes, records.lines, counts, strict=True):
        # Blanks alone are nothing, too, unless they make a row of a single column.
        if is_nothing(text, shape, dialect) or not (count == width - 1 or text.strip()):
            continue
        sound = "\0" not in text and not (records.flawed and is_flawed(shape))
        fitted = widths.fitted(dialect.without_escapes(text), count + 1, dialect) if sound else None
        if fitted is not None:
            rows.texts.append(fitted)
            rows.lines.append(line)
        else:
            rows.bad.append(bad_line(text, shape, line, dialect, width))
    return rows


def is_nothing(text: str, shape: str, dialect: Dialect) -> bool:
    """Whether a record has no cell that holds anything: a comment, or delimiters alone."""
    return not shape or shape.startswith(COMMENT) or dialect.empty.fullmatch(text) is not None
