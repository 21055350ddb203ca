"""Records of JSON documents: the objects of a list somewhere in a document, one after the other.

The text comes in blocks, of which only the one with the current value is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.files import read_blocks
from odoo_etl.sources.json_text.decoder import Flaw
from odoo_etl.sources.json_text.places import AT_RECORDS, WHOLE_DOCUMENT, place_of_records
from odoo_etl.sources.json_text.text import JsonText
from odoo_etl.sources.model import BadLine
from odoo_etl.sources.nested import Block, Part, keys_of
from odoo_etl.spec import JsonSource
from odoo_etl.text import NoText, text_of

AT_ONCE: Final = 1_000  # records of a block
MOST_CHARS: Final = 1 << 20  # of their texts
_SHOWN_CHARS: Final = 1_000  # of a record that is none


def read_document(part: Part, spec: JsonSource) -> Iterator[Block]:
    """The records of a file, counted from 1. Raises SourceError."""
    place = spec.records
    if place is None:
        place = place_of_records(_text_of(part, spec))
    yield from _Document(_text_of(part, spec), place).blocks()


def _text_of(part: Part, spec: JsonSource) -> JsonText:
    return JsonText(read_blocks(part.file, spec.encoding, part.fingerprint, wanted="JSON"), part.file.name)


class _Document:
    """One document, from its first record to its end."""

    def __init__(self, text: JsonText, place: str) -> None:
        self._text, self._place = text, place
        self._is_found = False

    def blocks(self) -> Iterator[Block]:
        """The records, a few at a time."""
        if not self._text.peek():
            raise self._text.error("no JSON: the file is empty")
        values = enumerate(self._values() if self._place != WHOLE_DOCUMENT else iter([self._text.value()]), 1)
        while True:
            block, error = self._block(values)
            if block.records or block.bad:
                yield block
            if error is not None:
                raise error
            if not block.records and not block.bad:
                break
        if self._text.peek():
            raise self._text.error("the document has ended, and the file has not (type: jsonl reads one record a line)")
        if not self._is_found and self._place not in {"", WHOLE_DOCUMENT}:
            raise SourceError(f"{self._text.name}: the document has no {self._place!r}", AT_RECORDS)

    def _block(self, values: Iterator[tuple[int, Any]]) -> tuple[Block, SourceError | None]:
        """The next records; what is broken behind them comes after them."""
        records, lines, bad, chars = list[dict[str, Any]](), list[int](), list[BadLine](), 0
        try:
            for number, value in values:
                try:
                    records.append(self._text.decoder.checked(value, odd=self._text.odd))
                    lines.append(number)
                except Flaw as flaw:
                    bad.append(BadLine(number, flaw.code, str(flaw), (_shown(value),)))
                chars += self._text.taken()
                if len(records) + len(bad) == AT_ONCE or chars > MOST_CHARS:
                    break
        except SourceError as error:
            return Block(records, lines, self._text.name, tuple(bad), chars), error
        return Block(records, lines, self._text.name, tuple(bad), chars), None

    def _values(self) -> Iterator[Any]:
        return self._under(keys_of(self._place) if self._place else ())

    def _under(self, keys: Sequence[str]) -> Iterator[Any]:
        """The values under some keys of what comes next, whatever lists are on the way."""
        text, mark = self._text, self._text.peek()
        self._is_found = self._is_found or not keys
        if mark == "[":
            for _ in text.each_item():
                if keys:
                    yield from self._under(keys)
                else:
                    yield text.value()
        elif mark == "{" and keys:
            for key in text.each_key():
                if key == keys[0]:
                    yield from self._under(keys[1:])
                else:
                    text.skip()
        else:
            value = text.value()
            self._is_found = self._is_found or value is None
            if value is not None and not keys:
                yield value


def _shown(value: Any) -> str:
    """The beginning of what is no record."""
    try:
        text = "null" if value is None else text_of(value)[:_SHOWN_CHARS]
        return text.encode("utf-8", "backslashreplace").decode()
    except NoText as error:
        return error.reason
