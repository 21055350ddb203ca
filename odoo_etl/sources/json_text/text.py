"""The text of a JSON document that comes in blocks: one value after the other, each held alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.json_text.decoder import MAX_RECORD_CHARS, Decoder, Flaw, check_size, has_odd_characters

MOST_DEPTH: Final = 32  # of objects that are passed over key by key
_BLANKS: Final = re.compile(r"[ \t\r\n]*+")
_CLOSING: Final = frozenset('"]}')
_LITERAL_CHARS: Final = 16  # more than a literal, or an escape, has


class JsonText:
    """A document, read from its first character to its last.

    Attributes:
        odd: the value that was read last may hold characters that no text can.
    """

    def __init__(self, blocks: Iterator[str], name: str) -> None:
        self._blocks, self.name = blocks, name
        self._text, self._at, self._is_whole = "", 0, False
        self._line, self._column = 1, 0  # of the text that is held: its line, and what went before on it
        self._read = self._asked = 0  # characters before the text that is held; before the last question
        self.decoder, self.odd = Decoder(), False

    def peek(self) -> str:
        """The next character that is no blank; "" at the end."""
        while True:
            at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr] # it may match nothing
            self._at = at
            if at < len(self._text):
                return self._text[at]
            if self._is_whole:
                return ""
            self._more()

    def value(self) -> Any:
        """The value that comes next. Raises SourceError."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.value(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._is_whole or not self._may_go_on(error.pos):
                    said = error.msg.removesuffix(" at").removesuffix(" starting")
                    raise self.error(f"no JSON: {said}", error.pos) from None
            except Flaw as flaw:
                raise self.error(str(flaw), self._at) from None
            else:
                if self._is_whole or self._text[end - 1] in _CLOSING or end + _LITERAL_CHARS < len(self._text):
                    self._at = end
                    return value
            self.decoder.forget()
            self._more()

    def taken(self) -> int:
        """How many characters were read since this was asked last."""
        count, self._asked = self._read + self._at - self._asked, self._read + self._at
        return count

    def each_item(self) -> Iterator[None]:
        """Once for each item of the list that comes next; each must be read, or passed over, meanwhile."""
        self._at += 1
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            yield
            if self.peek() not in {",", "]"}:
                raise self.error("no JSON: Expecting ',' or ']'", self._at)
            self._at += 1
            if self._text[self._at - 1] == "]":
                return

    def each_key(self) -> Iterator[str]:
        """The keys of the object that comes next; the value of each must be read, or passed over, meanwhile."""
        self._at += 1
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise self.error("no JSON: Expecting a key in double quotes", self._at)
            key = self.value()
            if self.peek() != ":":
                raise self.error("no JSON: Expecting ':'", self._at)
            self._at += 1
            yield key
            if self.peek() not in {",", "}"}:
                raise self.error("no JSON: Expecting ',' or '}'", self._at)
            self._at += 1
            if self._text[self._at - 1] == "}":
                return

    def skip(self, depth: int = 0) -> None:
        """Pass over the value that comes next, however long it is."""
        mark = self.peek()
        if mark == "[":
            for _ in self.each_item():
                self.value()
        elif mark == "{" and depth < MOST_DEPTH:
            for _ in self.each_key():
                self.skip(depth + 1)
        else:
            self.value()
        self.decoder.forget()

    def error(self, why: str, at: int | None = None) -> SourceError:
        """The error for what stands at a place of the text that is held, or at the next character."""
        at = self._at if at is None else at
        line = self._line + self._text.count("\n", 0, at)
        before = at - (self._text.rfind("\n", 0, at) + 1)
        column = before + 1 + (self._column if "\n" not in self._text[:at] else 0)
        end = " (the file ends there: was it cut off?)" if self._is_whole and at >= len(self._text) else ""
        return SourceError(f"{self.name}: line {line}, column {column}: {why}{end}", ("source", "path"))

    def _may_go_on(self, at: int) -> bool:
        """Whether a value that is malformed here may be whole with the text that comes: a string without end, say."""
        return self._text[at : at + 1] == '"' or at >= len(self._text) - _LITERAL_CHARS

    def _more(self) -> None:
        """Hold twice as much text as the value has by now, without what was read."""
        passed, kept = self._text[: self._at], self._text[self._at :]
        self._read += len(passed)
        self._line += passed.count("\n")
        self._column = len(passed) - passed.rfind("\n") - 1 + (self._column if "\n" not in passed else 0)
        blocks, wanted = [kept], min(len(kept), max(0, MAX_RECORD_CHARS - len(kept)))
        while wanted >= 0:
            block = next(self._blocks, None)
            if block is None:
                self._is_whole = True
                break
            blocks.append(block)
            wanted -= len(block)
        self._text, self._at = "".join(blocks), 0
        self.odd = has_odd_characters(self._text)
        try:
            check_size(self._text, 0, len(kept))
        except Flaw as flaw:
            raise self.error(str(flaw), 0) from None
