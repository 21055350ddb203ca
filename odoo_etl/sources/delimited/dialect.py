"""How a delimited text is written: its delimiter, quote and escape, and the cells of one record.

For a delimiter of several characters, or one that is not ASCII, one character stands while a text is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from odoo_etl.errors import SourceError

# Stand-ins for a line break in a cell and for a comment. Lone surrogates: no decoder gives them, so they can never be
# the file's own.
BREAK = "\udc0a"
COMMENT = "\udc23"
# A lone surrogate, which no decoder gives: it can never be the file's own.
STAND_IN = "\udc1f"
# pandas takes one byte: a control character that the text does not have.
_BYTES = ("\x1f", "\x1e", "\x1d", "\x1c", *map(chr, range(1, 9)), *map(chr, range(14, 26)))


@dataclass(frozen=True)
class Dialect:
    """Delimiter, quote and escape, one character each; quote or escape "" for a file that has none.

    A quote opens only at the start of a cell, is doubled inside, and closes before a delimiter or the end of a line.
    An escape takes the meaning from the quote, delimiter, escape or line break after it, in quoted cells and outside;
    before anything else it is a character like others.

    Attributes:
        lenient: what follows a closing quote up to the delimiter belongs to the cell: the rules of pandas' own parser.
        written: the delimiter as the file has it, where another character stands for it in the text; else "".
        comment: lines that begin with it, quoted cells aside, are no part of the table; "" where there are none.
        skipped: so many lines at the start of the file are no part of it either.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    lenient: bool = False
    written: str = ""
    comment: str = ""
    skipped: int = 0

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

    @cached_property
    def _commented(self) -> re.Pattern[str]:
        """A comment up to the end of its line, or a quoted part, in which nothing is a comment."""
        comment = rf"(?<![^\r\n])(?P<comment>{re.escape(self.comment)}[^\r\n]*+)"
        if not self.quote:
            return re.compile(comment)
        quoted, quote, escape = self.closed.pattern, re.escape(self.quote), re.escape(self.escape)
        if escape:
            inside = rf"{self._pair.pattern}|[^{quote}{escape}]|{quote}{quote}|{escape}"
            quoted = rf"{self.opening.pattern}(?:{inside})*+{quote}"
        return re.compile(rf"{comment}|{quoted}")

    def masked(self, text: str) -> str:
        """`text` in the same length, without comments and any quote, delimiter or line break that is escaped."""
        if self.comment and self.comment in text:
            text = self._commented.sub(_mask_comment, text)
        return self._pair.sub(_mask, text) if self.escape and self.escape in text else text

    def cells(self, record: str, most: int) -> tuple[str, ...]:
        """The first cells of one record. One whose quotes are malformed is as it stands in the file."""
        text = self.masked(record).rstrip("\r\n")
        quoted = f"(?:{self.closed.pattern})?" if self.quote else ""
        cells = re.compile(rf"({quoted})([^{re.escape(self.delimiter)}]*)(?:{re.escape(self.delimiter)}|\Z)")
        found = []
        for match in cells.finditer(text):
            cell = self._content(record[slice(*match.span(1))], record[slice(*match.span(2))])
            found.append(self.as_written(cell))
            if not match[0].endswith(self.delimiter) or len(found) == most:
                break
        return tuple(found)

    def as_written(self, text: str) -> str:
        """`text` with the delimiters that the file has."""
        return text.replace(self.delimiter, self.written) if self.written else text

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


def _mask_comment(found: re.Match[str]) -> str:
    """Something of the same length that has no meaning, in place of a comment."""
    return COMMENT * len(found[0]) if found["comment"] else found[0]


def _mask(pair: re.Match[str]) -> str:
    """Something of the same length that has no meaning."""
    return "xx" if pair[1] not in {"\r", "\n", "\r\n"} else ("x" + BREAK).ljust(len(pair[0]), "x")


def is_long(delimiter: str) -> bool:
    """Whether a stand-in is needed."""
    return len(delimiter) != 1 or not delimiter.isascii()


def with_stand_in(blocks: Iterable[str], delimiter: str) -> Iterator[str]:
    """The text with STAND_IN for each delimiter, one that two blocks share among them; as it is for none ("")."""
    if not delimiter:
        yield from blocks
        return
    held = ""
    for block in blocks:
        text = (held + block).replace(delimiter, STAND_IN)
        held = _begun(text, delimiter)
        if text := text.removesuffix(held):
            yield text
    if held:
        yield held


def _begun(text: str, delimiter: str) -> str:
    """The end of a text with which a delimiter may begin."""
    starts = (delimiter[:size] for size in range(len(delimiter) - 1, 0, -1))
    return next((start for start in starts if text.endswith(start)), "")


def as_bytes(text: str) -> tuple[str, str]:
    """The text with a character of one byte for STAND_IN, and that character.

    Raises:
        SourceError: the text has all that could be taken.
    """
    mark = next((one for one in _BYTES if one not in text), None)
    if mark is None:
        raise SourceError(
            "a chunk of the file holds every control character: no text? (set delimiter: to one character)"
        )
    return text.replace(STAND_IN, mark), mark
