"""The rows of a source that was read once, chunk by chunk, each with its place and its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from odoo_etl.mapping import Key, Mapper, Origins
from odoo_etl.sources import Chunk
from odoo_etl.spec import JobSpec, joined_name
from odoo_etl.sync.reported_rows import FileNames
from odoo_etl.sync.staging import Gathered

FIRST: Final = 10  # so many rows or records are named


class Homes:
    """Tells of which source a column is, and a row, where lines have sources of their own."""

    def __init__(self, spec: JobSpec) -> None:
        self._joined, self._origins = tuple(spec.line_sources), Origins(spec)

    def are_several(self) -> bool:
        """Whether there is more than one source."""
        return bool(self._joined)

    def of_rows(self, chunk: Chunk) -> Sequence[str]:
        """The field whose line each row is; "" for a row of a record."""
        count = len(chunk.lines)
        return self._origins.of(chunk.columns, count) or [""] * count

    def of_columns(self, columns: Iterable[str]) -> str:
        """The field whose lines have one of these columns; "" where all are columns of records."""
        return next((one for name in columns for one in self._joined if name.startswith(joined_name(one, ""))), "")


class SeenRows:
    """The rows of one chunk.

    Args:
        reader: reads them.

    Attributes:
        file: what it is called, where the source has several; else "".
        first: the number of the first of them, counted from 0 over all chunks.
    """

    def __init__(self, gathered: Gathered, reader: RowReader, chunk: Chunk, first: int) -> None:
        self._gathered, self._mapper, self._homes = gathered, reader.mapper, reader.homes
        self.chunk, self.first, self.file = chunk, first, reader.file_names.of(chunk.file)
        self._keys: list[Key | None] | None = None
        self._own: dict[str, list[bool]] = {}

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
        """The cells of a column; a row of a line repeats those of its record."""
        return self.chunk.columns[column]

    def numbered(self, column: str) -> Iterable[tuple[int, Any]]:
        """The cells of a column, each with the number of its row, of the source that has it."""
        numbered, own = enumerate(self.chunk.columns[column]), self.own([column])
        return numbered if own is None else [one for one, is_own in zip(numbered, own, strict=True) if is_own]

    def own(self, columns: Sequence[str]) -> Sequence[bool] | None:
        """Whether each row is one of the source that has these columns; None where there is but one source."""
        if not self._homes.are_several():
            return None
        home = self._homes.of_columns(columns)
        if home not in self._own:
            self._own[home] = [origin == home for origin in self._homes.of_rows(self.chunk)]
        return self._own[home]

    def place(self, index: int) -> str:
        """Where a row stands, for people."""
        return f"line {self.chunk.lines[index]}" + (f" of {self.file}" if self.file else "")


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of a job, as often as anybody asks.

    Attributes:
        mapper: makes their keys.
        file_names: names their files.
        homes: tells of which source they are.
    """

    mapper: Mapper
    file_names: FileNames
    homes: Homes

    def of(self, gathered: Gathered) -> Iterator[SeenRows]:
        """All rows, lines that are no rows left out."""
        first = 0
        for chunk in gathered.chunks():
            yield SeenRows(gathered, self, chunk, first)
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
