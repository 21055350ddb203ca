"""JSON Lines: one object a line. A line that is none costs itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

import orjson

from odoo_etl.sources.files import Stretch, read_blocks
from odoo_etl.sources.json_text.decoder import MAX_RECORD_CHARS, Decoder, Flaw, check_size, has_odd_characters
from odoo_etl.sources.model import BadLine
from odoo_etl.sources.nested import Block, Part
from odoo_etl.spec import JsonLinesSource

KEPT_CHARS: Final = 1_000  # of a line that is no record
MOST_AT_ONCE: Final = 1 << 20  # characters of lines that are read together
_CUT: Final = "the line ends inside the record"
_BLANKS: Final = " \t\r\n"


def glance_at_lines(part: Part, spec: JsonLinesSource) -> Iterator[Block]:
    """The same keys and kinds of values, numbers not exactly. Raises SourceError."""
    held = ""
    for block in read_blocks(part.file, spec.encoding, part.fingerprint, part.stretch, "JSON Lines"):
        end = block.rfind("\n") + 1
        if end:
            yield Block(_glanced(held + block[:end]), [])
        held = block[end:] if end else (held + block)[: MAX_RECORD_CHARS + 1]
    yield Block(_glanced(held), [])


def _glanced(text: str) -> list[dict[str, Any]]:
    """The objects of some whole lines."""
    return [value for line in text.split("\n") if type(value := _value(line)) is dict]


def _value(line: str) -> Any:
    """The value of a line; None where it has none. What orjson cannot read, Python's own reader may."""
    try:
        check_size(line, 0, len(line))
        return orjson.loads(line)
    except Flaw:
        return None
    except ValueError:
        start = line.find("{")
        with suppress(ValueError):
            return Decoder().value(line, start)[0] if start >= 0 else None
    return None


def read_lines(part: Part, spec: JsonLinesSource) -> Iterator[Block]:
    """The records of a file, or of a stretch of it. Raises SourceError."""
    blocks = read_blocks(part.file, spec.encoding, part.fingerprint, part.stretch, "JSON Lines")
    return _Lines(part.file.name, part.stretch).records(blocks)


class _Lines:
    """The lines of one file."""

    def __init__(self, name: str, stretch: Stretch) -> None:
        self._name, self._line = name, stretch.first_line
        self._decoder = Decoder()
        self._held, self._chars, self._is_too_long = list[str](), 0, False

    def records(self, blocks: Iterable[str]) -> Iterator[Block]:
        """The records of text that comes in blocks."""
        for block in blocks:
            end = block.rfind("\n") + 1
            if not end:
                self._hold(block)
                continue
            if self._is_too_long:
                yield self._too_long()
                start = block.find("\n") + 1
            else:
                self._held.append(block[:end])
                start = end
            if text := "".join(self._held) + block[start:end]:
                yield self._block(text)
            self._held, self._chars, self._is_too_long = [], 0, False
            self._hold(block[end:])
        if self._is_too_long:
            yield self._too_long()
        elif text := "".join(self._held):
            yield self._block(text)

    def _hold(self, text: str) -> None:
        """Keep the beginning of a line, unless it is too long already."""
        self._chars += len(text)
        if self._chars > MAX_RECORD_CHARS:
            self._is_too_long, self._held = True, []
        elif text:
            self._held.append(text)

    def _too_long(self) -> Block:
        bad = BadLine(self._line, "too_long", f"over {MAX_RECORD_CHARS:,} characters in one line", ())
        self._line += 1
        return Block([], [], self._name, (bad,))

    def _block(self, text: str) -> Block:
        """The records of some whole lines."""
        first, odd = self._line, has_odd_characters(text)
        if len(text) <= MOST_AT_ONCE and not odd and (records := self._decoder.lines(text)):
            self._line += text.count("\n")
            return Block(records, range(first, first + len(records)), self._name, (), len(text))
        return self._line_by_line(text, odd=odd)

    def _line_by_line(self, text: str, *, odd: bool) -> Block:
        """The same, where some line may be no record."""
        records, lines, bad = list[dict[str, Any]](), list[int](), list[BadLine]()
        at, end, line = 0, len(text), self._line
        while at < end:
            stop = text.find("\n", at)
            stop = end if stop < 0 else stop
            try:
                record = self._record(text, at, stop, odd=odd)
            except Flaw as flaw:
                bad.append(BadLine(line, flaw.code, str(flaw), (_shown(text[at : at + KEPT_CHARS], stop - at),)))
            else:
                if record is not None:
                    records.append(record)
                    lines.append(line)
            at, line = stop + 1, line + 1
        self._line = line
        return Block(records, lines, self._name, tuple(bad), len(text))

    def _record(self, text: str, at: int, stop: int, *, odd: bool) -> dict[str, Any] | None:
        """The record of one line; None for an empty one. Raises Flaw."""
        while at < stop and text[at] in _BLANKS:
            at += 1
        if at == stop:
            return None
        check_size(text, at, stop)
        try:
            value, end = self._decoder.value(text, at)
        except json.JSONDecodeError as error:
            self._decoder.forget()
            raise _broken(error.msg if error.pos < stop else _CUT, min(error.pos, stop) - at) from None
        record = self._decoder.checked(value, odd=odd)
        if end > stop:
            raise _broken(_CUT, stop - at)
        if text[end:stop].strip(_BLANKS):
            raise Flaw("bad_record", f"in column {end - at + 1} the record has ended, and the line has not")
        return record


def _broken(why: str, at: int) -> Flaw:
    said = why.removesuffix(" at").removesuffix(" starting")
    return Flaw("bad_record", f"no JSON: {said} (column {at + 1})")


def _shown(text: str, length: int) -> str:
    return text[:length].rstrip(_BLANKS)
