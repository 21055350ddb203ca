"""The rows of a source that was read once, chunk by chunk, each with its place and its key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from odoo_etl.mapping import Key, Mapper
from odoo_etl.sources import Chunk
from odoo_etl.sync.reported_rows import FileNames
from odoo_etl.sync.staging import Gathered

FIRST: Final = 10  # so many rows or records are named


class SeenRows:
    """The rows of one chunk.

    Args:
        file: what it is called, where the source has several; else "".

    Attributes:
        first: the number of the first of them, counted from 0 over all chunks.
    """

    def __init__(self, gathered: Gathered, mapper: Mapper, chunk: Chunk, first: int, file: str) -> None:
        self._gathered, self._mapper = gathered, mapper
        self.chunk, self.first, self.file = chunk, first, file
        self._keys: list[Key | None] | None = None

    @property
    def keys(self) -> Sequence[Key | None]:
        """The key of each row, or None; made when it is first asked for."""
        if self._keys is None:
            self._keys = self._mapper.keys(self.chunk.columns, len(self.chunk.lines))
        return self._keys

    def is_last(self, index: int) -> bool:
        """Whether no later row has the key of this one; False of a row without a key."""
        key = self.keys[index]
        return key is not None and self._gathered.is_last(key, self.first + index)

    def cells(self, column: str) -> list[Any]:
        """The cells of a column."""
        return self.chunk.columns[column]

    def place(self, index: int) -> str:
        """Where a row stands, for people."""
        return f"line {self.chunk.lines[index]}" + (f" of {self.file}" if self.file else "")


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of a job, as often as anybody asks.

    Attributes:
        mapper: makes their keys.
        file_names: names their files.
    """

    mapper: Mapper
    file_names: FileNames

    def of(self, gathered: Gathered) -> Iterator[SeenRows]:
        """All rows, lines that are no rows left out."""
        first = 0
        for chunk in gathered.chunks():
            yield SeenRows(gathered, self.mapper, chunk, first, self.file_names.of(chunk.file))
            first += len(chunk.lines)


@dataclass(slots=True)
class Faults:
    """Rows that are not as they should be: how many, and the first of them."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, rows: SeenRows, index: int, why: str) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < FIRST:
            self.first.append(f"{rows.place(index)}: {why}")
