"""Where a record ends whose quotes are malformed, so that the next one is read as it stands.

The rules, and why they are these: docs/decisions/0017-malformed-quotes.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from odoo_etl.sources.delimited.dialect import Dialect

LINES_AHEAD = 10  # in which a malformed cell may turn out to go on
PROOF = 10  # delimiters in lines of the right number of cells, as no running text has them
MOST_PROOF_LINES = 40  # so that a look ahead has an end, however many blank lines there are
_REST = re.compile(r"[^\r\n]*+")
_BREAK = re.compile(r"\r\n?|\n|\Z")
_LINE = re.compile(rf"({_REST.pattern})(?:{_BREAK.pattern})")
_AHEAD = re.compile(rf"(?:(?:\r\n?|\n)[^\r\n]*+){{0,{LINES_AHEAD}}}+")


class MoreText(Exception):
    """The text does not tell where the record ends; what follows may."""


@dataclass(frozen=True, slots=True)
class Known:
    """A text's length, place and end, as far as they are known.

    Attributes:
        width: how many cells a record has; None for the header.
        last: no text follows.
        full: text may follow, but cannot be waited for.
    """

    width: int | None = None
    last: bool = False
    full: bool = False

    @property
    def enough(self) -> bool:
        """Whether the text must do."""
        return self.last or self.full


def record_end(text: str, opened: int, cells: int, dialect: Dialect, known: Known) -> int:
    """Where a malformed record ends: before its line break.

    Args:
        text: masked (see `Dialect.masked`).
        opened: where the quote opens that is not closed as it should be.
        cells: how many cells the record has before it.

    Raises:
        MoreText: the text does not tell.
    """
    closed = dialect.closed.match(text, opened)
    if closed is None:
        if not known.enough:
            raise MoreText
        return _before_rows(text, opened, dialect, known)
    end = _line_end(text, closed.end(), dialect, known)
    behind = dialect.cells(text[closed.end() : end], end)  # the first is the rest of the malformed one
    odd = text.count(dialect.quote, opened, end) % 2 and not behind[0].endswith(dialect.quote)
    cells += len(behind)
    while odd or cells < (known.width or 0):
        closing = _closing_ahead(text, end, dialect, known)
        if closing is None:
            break
        end, odd = _line_end(text, closing, dialect, known), 0
        cells += len(dialect.cells(text[closing:end], end)) - 1
    return end


def _line_end(text: str, at: int, dialect: Dialect, known: Known) -> int:
    """Where the line ends, or a later one when quoted cells with line breaks follow on it."""
    while True:
        at = _end(dialect.rest, text, at)
        if not text.startswith(dialect.delimiter, at):
            break
        if not known.enough:  # behind the delimiter a quote opens that may yet be closed
            raise MoreText
        at += 1
    if at == len(text) and not known.enough:
        raise MoreText
    return at


def _closing_ahead(text: str, end: int, dialect: Dialect, known: Known) -> int | None:
    """Behind the first quote of the next lines if that can only close a cell; those inside the text of a cell aside."""
    stop = _end(_AHEAD, text, end)
    for quote in re.compile(re.escape(dialect.quote)).finditer(text, end, stop):
        if text[quote.start() - 1] in dialect.ends:
            return None
        if text[quote.end() : quote.end() + 1] in dialect.ends:
            if quote.end() == len(text) and not known.enough:
                raise MoreText
            return quote.end()
    if stop == len(text) and not known.enough:
        raise MoreText
    return None


def _before_rows(text: str, opened: int, dialect: Dialect, known: Known) -> int:
    """The end of the line before the rows that follow a quote which is never closed.

    Rows are lines with the right number of cells, enough of them one after the other; or all lines up to the end.
    """
    first = end = _end(_REST, text, opened)
    if known.width is None:
        return end
    proof = lines = 0
    for line in _LINE.finditer(text, _end(_BREAK, text, end)):
        lines += 1
        if line[1].strip() and line[1].count(dialect.delimiter) + 1 == known.width:
            proof += max(1, known.width - 1)
        elif line[1].strip() or lines > MOST_PROOF_LINES:
            end, proof, lines = line.end(1), 0, 0
        if proof >= PROOF:
            return end
    if known.last and end == first:
        return end
    if known.full:
        raise MoreText
    return len(text.rstrip("\r\n"))


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern ends that matches wherever it begins."""
    match = pattern.match(text, at)
    return match.end() if match else at
