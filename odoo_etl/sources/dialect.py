"""How a delimited text is written: its delimiter, quote and escape, and the cells of one record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

# Stand-in for a line break in a cell. A lone surrogate: no decoder gives it, so it can never be the file's own.
BREAK = "\udc0a"


@dataclass(frozen=True)
class Dialect:
    """Delimiter, quote and escape, one character each; quote or escape "" for a file that has none.

    A quote opens only at the start of a cell, is doubled inside, and closes before a delimiter or the end of a line.
    An escape takes the meaning from the quote, delimiter, escape or line break after it, in quoted cells and outside;
    before anything else it is a character like others.

    Attributes:
        lenient: what follows a closing quote up to the delimiter belongs to the cell: the rules of pandas' own parser.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    lenient: bool = False

    @cached_property
    def opening(self) -> re.Pattern[str]:
        """A quote at the start of a cell. Looks behind after the quote, so that `re` can skip to quotes."""
        quote = re.escape(self.quote)
        return re.compile(rf"{quote}(?<![^{re.escape(self.delimiter)}\r\n]{quote})")

    @cached_property
    def closed(self) -> re.Pattern[str]:
        """From an opening quote to the one that closes, whatever follows. Possessive: a doubled quote never closes."""
        quote = re.escape(self.quote)
        return re.compile(rf"{self.opening.pattern}[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+{quote}")

    @cached_property
    def quoted(self) -> re.Pattern[str]:
        """A quoted part as it must be: up to a delimiter, the end of a line or of the text."""
        if self.lenient:
            return self.closed
        return re.compile(rf"{self.closed.pattern}(?![^{re.escape(self.delimiter)}\r\n])")

    @cached_property
    def sound(self) -> re.Pattern[str]:
        """Text up to the first opening quote that is not closed as it should be."""
        quote = re.escape(self.quote)
        return re.compile(rf"(?:[^{quote}]++|{self.quoted.pattern}|(?!{self.opening.pattern}){quote})*+")

    @cached_property
    def rest(self) -> re.Pattern[str]:
        """The rest of the record, up to its end or a delimiter before a quote that does not close."""
        quote, delimiter = re.escape(self.quote), re.escape(self.delimiter)
        text = rf"[^{delimiter}\r\n]*+"
        return re.compile(rf"{text}(?:{delimiter}(?:{self.closed.pattern}|(?!{quote})){text})*+")

    @cached_property
    def ends(self) -> str:
        """The characters that end a cell."""
        return self.delimiter + "\r\n"

    @cached_property
    def empty(self) -> re.Pattern[str]:
        """A record of empty cells, however many."""
        cell = f"(?:{re.escape(self.quote * 2)})?+" if self.quote else ""
        return re.compile(rf"{cell}(?:{re.escape(self.delimiter)}{cell})*+[\r\n]*+")

    @cached_property
    def _pair(self) -> re.Pattern[str]:
        """An escape and what it takes the meaning from."""
        marks = "".join(map(re.escape, (self.quote, self.delimiter, self.escape)))
        return re.compile(rf"{re.escape(self.escape)}([{marks}]|\r\n?|\n)")

    @cached_property
    def _written(self) -> re.Pattern[str]:
        """A character of a quoted part that is written as two."""
        doubled = re.escape(self.quote * 2)
        return re.compile(rf"{self._pair.pattern}|{doubled}" if self.escape else doubled)

    def masked(self, text: str) -> str:
        """`text` in the same length, without any quote, delimiter or line break that is escaped."""
        return self._pair.sub(_mask, text) if self.escape and self.escape in text else text

    def cells(self, record: str, most: int) -> tuple[str, ...]:
        """The first cells of one record. One whose quotes are malformed is as it stands in the file."""
        text = self.masked(record).rstrip("\r\n")
        quoted = f"(?:{self.closed.pattern})?" if self.quote else ""
        cell = re.compile(rf"({quoted})([^{re.escape(self.delimiter)}]*)(?:{re.escape(self.delimiter)}|\Z)")
        found = []
        for match in cell.finditer(text):
            found.append(self._content(record[slice(*match.span(1))], record[slice(*match.span(2))]))
            if not match[0].endswith(self.delimiter) or len(found) == most:
                break
        return tuple(found)

    def _content(self, quoted: str, rest: str) -> str:
        """The text of a cell that is quoted, or not, or not as it should be."""
        if quoted and rest and not self.lenient:
            return quoted + rest
        plain = self._pair.sub(r"\1", rest) if self.escape else rest
        return self._written.sub(lambda match: match[0][1:], quoted[1:-1]) + plain if quoted else plain

    def without_escapes(self, record: str) -> str:
        """The same cells with every quote doubled and nothing escaped."""
        if not self.escape or self.escape not in record:
            return record
        quote = self.quote
        cells = [quote + cell.replace(quote, quote * 2) + quote for cell in self.cells(record, len(record) + 1)]
        return self.delimiter.join(cells) + "\n"


def _mask(pair: re.Match[str]) -> str:
    """Something of the same length that has no meaning."""
    return "xx" if pair[1] not in {"\r", "\n", "\r\n"} else ("x" + BREAK).ljust(len(pair[0]), "x")
