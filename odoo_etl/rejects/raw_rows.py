"""Rows that were rejected before the source was done with them: they are read on as the source would have done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from odoo_etl.sources import Chunk, is_blank
from odoo_etl.sources.rows import SeenRows, noted, shaped
from odoo_etl.spec import CsvSource, RowShape, TableFile


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rules by which the source of a job reads on such rows.

    Attributes:
        shape: which of them are the job's.
        nulls: texts that mean null.
        filled: columns in which an empty cell stands for the one above it, by the names that the job gives them.
        empty: the value of an empty cell.
    """

    shape: RowShape = field(default_factory=RowShape)
    nulls: Collection[str] = ()
    filled: Collection[str] = ()
    empty: Any = None

    def without_nulls(self, cell: Any) -> Any:
        """The cell; None for what means null."""
        return None if isinstance(cell, str) and cell in self.nulls else cell

    def as_read(self, cell: Any) -> Any:
        """The value of a cell that the source has not read."""
        return self.empty if cell is None else self.without_nulls(cell)

    def unfilled(self, cells: Mapping[str, Any]) -> str:
        """Say why nobody knows what stands above this row, whose cells are given by column; "" where none is needed."""
        empty = [name for name in self.filled if name in cells and is_blank(cells[name])]
        names = ", ".join(map(repr, empty))
        return names and f"{names} is empty, and what stands above it is not in this file: write it into the row"

    def chosen(self, chunks: Iterable[Chunk], chunk_rows: int, seen: SeenRows, *, raw: bool) -> Iterator[Chunk]:
        """The chunks with the rows that the job sees: those that it saw already are the same ones."""
        return shaped(chunks, self.shape, chunk_rows, seen) if raw else noted(chunks, self.shape, seen)


def raw_rows_of(source: RowShape | None) -> RawRows:
    """The rules of a job's source; none where it is not known."""
    if source is None:
        return RawRows()
    if not isinstance(source, TableFile):
        return RawRows(source.shape)
    new_names = {old: new for new, old in source.rename.items()}
    filled = [new_names.get(name, name) for name in source.fill_down]
    keeps_empty = isinstance(source, CsvSource) and "" not in source.null_values
    return RawRows(source, source.null_values, filled, "" if keeps_empty else None)
