"""Records of a rejects file, byte by byte as our writer makes them: such a file can be changed where one record stands.

A file that a spreadsheet saved may be written otherwise, and a workbook is no text at all: `NotPlain` says so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Final, TextIO

from odoo_etl.rejects import csv_records, found_own_columns
from odoo_etl.rejects.cells import are_guarded
from odoo_etl.rejects.form import UTF8
from odoo_etl.rejects.reading import DELIMITERS
from odoo_etl.rejects.writer import MARKS, PLAIN

MOST_ROWS, MOST_CHARS = 1_000, 1 << 22  # of a block
LONGEST: Final = 1 << 24  # characters of a record; a quote that is never closed cannot fill the memory
_SAMPLE: Final = 1 << 20


class NotPlain(Exception):
    """The file is not as our writer makes it."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file is written: an encoding that has a mark and all characters, and a delimiter."""

    encoding: str
    delimiter: str

    @property
    def mark(self) -> bytes:
        """The first bytes of the file."""
        return MARKS[self.encoding]

    def data(self, cells: Sequence[str]) -> bytes:
        """A record as it stands in the file."""
        return self.text([cells]).encode(PLAIN[self.encoding])

    def text(self, records: Sequence[Sequence[str]]) -> str:
        """Records as text."""
        made = io.StringIO(newline="")
        csv.writer(made, delimiter=self.delimiter).writerows(records)
        return made.getvalue()

    def cells(self, data: bytes) -> list[str]:
        """The cells of a record."""
        lines = io.StringIO(data.decode(PLAIN[self.encoding]), newline="")
        return next(csv_records(lines, self.delimiter), [])


@dataclass(frozen=True, slots=True)
class Block:
    """Some records that follow each other: their cells, and how many bytes each has."""

    cells: list[list[str]]
    lengths: list[int]


def writing_of(path: Path) -> Writing:
    """How a file is written. Raises NotPlain, OSError."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    encoding = next((name for name in (UTF8, "utf-16") if start.startswith(MARKS[name])), "")
    if not encoding or path.suffix.lower() != ".csv":
        raise NotPlain
    text = start[len(MARKS[encoding]) :].decode(PLAIN[encoding], "ignore")
    for delimiter in DELIMITERS:
        with suppress(csv.Error):
            if found_own_columns(next(csv_records(io.StringIO(text, newline=""), delimiter), [])):
                return Writing(encoding, delimiter)
    raise NotPlain


def blocks_of(path: Path, writing: Writing) -> Iterator[Block]:
    """The records of a file, of which the first block has the header alone. Raises NotPlain, OSError."""
    try:
        with path.open(encoding=writing.encoding, newline="") as file:
            yield from _blocks(file, writing)
    except (UnicodeError, csv.Error) as error:
        raise NotPlain from error


def digest_of(data: bytes) -> bytes:
    """A short text by which a record is known again."""
    return blake2b(data, digest_size=8).digest()


class _Lines:
    """The lines of a text, of which those are kept that were given since the last record. Raises NotPlain: too many."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._given: list[str] = []
        self._chars = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST + 1):
            self._given.append(line)
            self._chars += len(line)
            if self._chars > LONGEST:
                raise NotPlain
            yield line

    def taken(self) -> str:
        """The text of the record."""
        text = "".join(self._given)
        self._given.clear()
        self._chars = 0
        return text


def _blocks(file: TextIO, writing: Writing) -> Iterator[Block]:
    lines = _Lines(file)
    reader = csv_records(iter(lines), writing.delimiter)
    header = next(reader, [])
    yield _block([header], [lines.taken()], writing, len(header))
    cells: list[list[str]] = []
    texts: list[str] = []
    chars = 0
    for record in reader:
        cells.append(record)
        texts.append(lines.taken())
        chars += len(texts[-1])
        if len(cells) >= MOST_ROWS or chars > MOST_CHARS:
            yield _block(cells, texts, writing, len(header))
            cells, texts, chars = [], [], 0
    if cells:
        yield _block(cells, texts, writing, len(header))


def _block(cells: list[list[str]], texts: list[str], writing: Writing, width: int) -> Block:
    if any(len(record) != width for record in cells) or "".join(texts) != writing.text(cells):
        raise NotPlain
    if not are_guarded(list(chain.from_iterable(cells))):
        raise NotPlain
    return Block(cells, [len(text.encode(PLAIN[writing.encoding])) for text in texts])
