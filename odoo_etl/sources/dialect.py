"""How a delimited text is written: its delimiter and quote, where quoted parts are, which delimiter it has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from odoo_etl.sources.text import line_breaks, physical_lines

CANDIDATES = (";", ",", "\t", "|")

# Stand-ins in a shape. Lone surrogates: no decoder gives them, so they can never be the file's own.
QUOTED = "\udc22"
BREAK = "\udc0a"


@dataclass(frozen=True)
class Dialect:
    """Delimiter and quote, one character each; quote "" when nothing is quoted.

    A quote opens only at the start of a cell, is doubled inside, and what follows a closing quote up to
    the delimiter belongs to the cell: the rules of pandas' own parser, which cuts the cells later.
    """

    delimiter: str
    quote: str = '"'

    @cached_property
    def _opening(self) -> re.Pattern[str]:
        """A quote at the start of a cell. Looks behind after the quote, so that `re` can skip to quotes."""
        quote = re.escape(self.quote)
        return re.compile(rf"{quote}(?<![^{re.escape(self.delimiter)}\r\n]{quote})")

    @cached_property
    def _quoted(self) -> re.Pattern[str]:
        """A quoted part from its opening to its closing quote. Possessive: a doubled quote never closes."""
        quote = re.escape(self.quote)
        return re.compile(rf"{self._opening.pattern}[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+{quote}")

    def shape(self, text: str) -> tuple[str, int | None]:
        """`text` with each quoted part replaced by QUOTED and one BREAK per line break in it.

        So every line of the shape is one record, and its delimiters are those between cells. The second
        value is where in the shape a quote opens that does not close, or None.
        """
        if not self.quote or self.quote not in text:
            return text, None
        shape = self._quoted.sub(QUOTED, text)
        if line_breaks(shape) != line_breaks(text):
            shape = self._quoted.sub(_keep_breaks, text)
        unclosed = self._opening.search(shape) if self.quote in shape else None
        return shape, unclosed.start() if unclosed else None

    def cells(self, record: str, most: int) -> tuple[str, ...]:
        """The first cells of one record, for showing a line that is no row."""
        quoted = f"(?:{self._quoted.pattern})?" if self.quote else ""
        cell = re.compile(rf"({quoted})([^{re.escape(self.delimiter)}]*)(?:{re.escape(self.delimiter)}|\Z)")
        found = []
        for match in cell.finditer(record.rstrip("\r\n")):
            found.append(match[1][1:-1].replace(self.quote * 2, self.quote) + match[2])
            if not match[0].endswith(self.delimiter) or len(found) == most:
                break
        return tuple(found)


def _keep_breaks(quoted: re.Match[str]) -> str:
    """The stand-in of one quoted part."""
    text = quoted[0]
    return QUOTED if "\n" not in text and "\r" not in text else QUOTED + BREAK * line_breaks(text)


def fitting_delimiters(sample: str, quote: str) -> list[str]:
    """The delimiters that fit `sample` best: one, several when they fit alike, "," for a single column."""
    scores = {mark: _score(sample, Dialect(mark, quote)) for mark in CANDIDATES}
    best = max(scores.values())
    return [mark for mark, score in scores.items() if score == best] if best else [","]


def _score(sample: str, dialect: Dialect) -> float:
    """Delimiters in the first line, times the share of lines that have as many."""
    shape, unclosed = dialect.shape(sample)
    lines = physical_lines(shape[:unclosed])
    if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")):
        lines.pop()  # most likely the sample ends inside it
    counts = [line.count(dialect.delimiter) for line in lines if line.strip("\r\n")]
    return counts[0] * counts.count(counts[0]) / len(counts) if counts else 0.0
