"""Rows that were rejected before the source was done with them: they are read on as the source would have done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from odoo_etl.sources import Chunk, is_blank
from odoo_etl.sources.rows import SeenRows, noted, shaped
from odoo_etl.spec import CsvSource, FixedSource, JoinSpec, RowShape, RowsOfText, SourceKeys

if TYPE_CHECKING:
    from odoo_etl.sources.joined import Rejoining


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rules by which the source of a job reads on such rows.

    Attributes:
        shape: which of them are the job's.
        joins: what is joined to them before that.
        nulls: texts that mean null.
        filled: columns in which an empty cell stands for the one above it, by the names that the job gives them.
        empty: the value of an empty cell.
    """

    shape: RowShape = field(default_factory=RowShape)
    joins: Sequence[JoinSpec] = ()
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

    def chosen(
        self, chunks: Iterable[Chunk], chunk_rows: int, seen: SeenRows, rejoining: Rejoining | None
    ) -> Iterator[Chunk]:
        """The chunks with the rows that the job sees.

        Args:
            rejoining: joins them before that; None where the job saw them already, which are the same ones.
        """
        if rejoining is None:
            return noted(chunks, self.shape, seen)
        return shaped(rejoining.chunks(chunks, chunk_rows), self.shape, chunk_rows, seen)


def raw_rows_of(source: SourceKeys | None) -> RawRows:
    """The rules of a job's source; none where it is not known."""
    if source is None:
        return RawRows()
    if not isinstance(source, RowsOfText):
        return RawRows(source.after_join, source.join)
    new_names = {old: new for new, old in source.rename.items()}
    filled = [new_names.get(name, name) for name in source.fill_down]
    keeps_empty = isinstance(source, CsvSource | FixedSource) and "" not in source.null_values
    return RawRows(source.after_join, source.join, source.null_values, filled, "" if keeps_empty else None)
