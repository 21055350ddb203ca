"""A job's rows in parts, so that several processes share the work: by a hash of their keys, or of their bonds.

Rows of one key are in one part, wherever they stand in the source, so that no two processes ever write one record.
"""

from __future__ import annotations

import hashlib
import io
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from numbers import Number
from pathlib import Path
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.mapping import Key, Mapper
from odoo_etl.sources import Chunk, Headed, Remark, Source, remarks_of
from odoo_etl.sync.staging.row_file import bytes_of, packed, unpacked

Piece = bytes | Path  # chunks of a range that belong to one part, packed; a path where all processes see the file


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of how many, counted from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        """`2/4`, as on the command line."""
        return f"{self.number}/{self.of}"

    @classmethod
    def parse(cls, text: str) -> Part:
        """A part from `i/N`.

        Raises:
            UsageError: it is none.
        """
        number, slash, of = text.partition("/")
        if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            raise UsageError(f"--partition {text}: write i/N, such as 1/4 for the first of four parts, up to 4/4")
        return cls(int(number), int(of))


def number_of(key: Key | None, line: int, of: int) -> int:
    """The part of a row, from 0: the same in every process; a row without a key goes by its line."""
    if key is None:
        return line % of
    text = "\0".join([one if type(one) is str else _same(one) for one in key])
    return zlib.crc32(text.encode("utf-8", "backslashreplace")) % of


def _same(value: Any) -> str:
    """Equal text for equal values: 1, 1.0 and Decimal("1.00") are one key."""
    return repr(hash(value) if isinstance(value, Number) else value)


def divided(chunk: Chunk, mapper: Mapper, of: int) -> list[Chunk]:
    """The rows of a chunk, part by part; lines that are no rows, or not the job's, belong to the first."""
    keys = mapper.keys(chunk.columns, len(chunk.lines))
    if mapper.bonds:
        keys = mapper.bonds.of(chunk.columns, keys)
    numbers = [number_of(key, line, of) for key, line in zip(keys, chunk.lines, strict=True)]
    parts = [only(chunk, [one == number for one in numbers], whole=number == 0) for number in range(of)]
    lost = [number for number, key in zip(numbers, keys, strict=True) if key is None] + [0] * len(chunk.bad)
    return [replace(part, lost_beside=len(lost) - lost.count(number)) for number, part in enumerate(parts)]


def only(chunk: Chunk, wanted: Sequence[bool], *, whole: bool = False) -> Chunk:
    """Some rows of a chunk; with `whole` also the lines beside them: those that are no rows, or not the job's."""
    columns = {name: list(compress(values, wanted)) for name, values in chunk.columns.items()}
    beside = (chunk.bad, chunk.filtered) if whole else ((), ())
    return Chunk(columns, list(compress(chunk.lines, wanted)), chunk.file, *beside)


@dataclass(slots=True)
class OwnRows:
    """A source of which one part is taken: every process reads all of it, and keeps its own rows.

    Attributes:
        rows: how many rows the whole source has, once it was read; filtered ones are not counted.
    """

    source: Source
    mapper: Mapper
    part: Part
    rows: int = 0
    cursor: str | None = None
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    @property
    def ambiguous(self) -> Mapping[str, str]:
        """Names that several columns of the source have."""
        return self.source.ambiguous if isinstance(self.source, Headed) else {}

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Those of the source, on all its rows."""
        return remarks_of(self.source)

    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return self.source.columns()

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows of this part in chunks, which are shorter."""
        self.rows = 0
        for chunk in self.source.chunks(chunk_rows):
            self.rows += len(chunk.lines) + len(chunk.bad)
            yield divided(chunk, self.mapper, self.part.of)[self.part.number - 1]


@dataclass(slots=True)
class Scattered:
    """A range of a source, cut into parts.

    Attributes:
        pieces: the rows of each part.
        rows: how many rows the range has, lines that are no rows included, filtered ones not.
        fingerprint: equal for equal rows.
        filtered: how many rows the job leaves out.
        last_line: the last line of the range, be it a row or not.
        remarks: what the range has to say of its rows.
    """

    pieces: list[Piece]
    rows: int
    fingerprint: str
    filtered: int = 0
    last_line: int = 0
    remarks: tuple[Remark, ...] = ()


def scatter(  # noqa: PLR0913, PLR0917 - what to cut, how, and where to leave it
    source: Source, mapper: Mapper, of: int, chunk_rows: int, spool: Path | None, check: Callable[[], None]
) -> Scattered:
    """Read a range and cut it into parts, a chunk at a time.

    Args:
        spool: a folder that every process sees, where the pieces are kept as files; None: in memory.
        check: called now and then; may raise to end the work.

    Raises:
        SourceError: it cannot be read.
    """
    parts = [_Packing(spool) for _ in range(of)]
    rows, filtered, last_line, content = 0, 0, 0, hashlib.blake2b(digest_size=16)
    for chunk in source.chunks(chunk_rows):
        check()
        content.update(bytes_of(chunk))
        rows += len(chunk.lines) + len(chunk.bad)
        filtered += len(chunk.filtered)
        last_line = max(last_line, chunk.last_line)
        for part, own in zip(parts, divided(chunk.own(), mapper, of), strict=True):
            part.put(own)
    pieces = [part.piece() for part in parts]
    return Scattered(pieces, rows, content.hexdigest(), filtered, last_line, remarks_of(source))


class _Packing:
    """A piece in the making. Its file is open only while something is put: there may be a thousand of them."""

    def __init__(self, spool: Path | None) -> None:
        self._path = spool / uuid.uuid4().hex if spool else None
        self._memory = io.BytesIO()
        if self._path:
            self._path.touch()

    def put(self, chunk: Chunk) -> None:
        if not (chunk.lines or chunk.bad or chunk.lost_beside):
            return
        content = packed(chunk, bytes_of(chunk))
        if self._path is None:
            self._memory.write(content)
            return
        with self._path.open("ab") as file:
            file.write(content)

    def piece(self) -> Piece:
        return self._path or self._memory.getvalue()


@dataclass(frozen=True, slots=True)
class PartRows:
    """The pieces of one part as a source.

    Attributes:
        names: the source's columns.
        offsets: what to add to the lines of each piece: rows of a query are counted from 1 in each range.
    """

    names: Sequence[str]
    pieces: Sequence[Piece]
    offsets: Sequence[int]
    cursor: str | None = None
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.names)

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:  # noqa: ARG002 - they are as long as they were cut
        """The rows in chunks, from the first one."""
        for piece, offset in zip(self.pieces, self.offsets, strict=True):
            with io.BytesIO(piece) if isinstance(piece, bytes) else piece.open("rb") as file:
                for chunk in unpacked(file):
                    yield _moved(chunk, offset)


def _moved(chunk: Chunk, offset: int) -> Chunk:
    if not offset:
        return chunk
    bad: Any = tuple(replace(one, line=one.line + offset) for one in chunk.bad)
    return replace(chunk, lines=[line + offset for line in chunk.lines], bad=bad)
