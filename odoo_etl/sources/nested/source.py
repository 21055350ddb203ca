"""Nested records as a source of rows: whatever gives the records, the same rows become of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from odoo_etl.sources.model import Chunk, Source
from odoo_etl.sources.nested.learned import Learned, learned
from odoo_etl.sources.nested.model import NestedRecords
from odoo_etl.sources.nested.tree import Tree, Wanted, tree_of, tree_of_names
from odoo_etl.sources.nested.unfolded import unfolded
from odoo_etl.spec import NestedKeys


def nested_source(records: NestedRecords, spec: NestedKeys) -> NestedSource:
    """The rows of the records that a job describes."""
    return NestedSource(records, spec.columns, spec.list_column)


@dataclass(frozen=True)
class NestedSource:
    """The rows of nested records.

    Args:
        names: of the columns, where they are known; else all records are looked at once before the first row.
        explode: the list of which each item is a row, in place of its record; "" for none.
        reads: the columns that are read, whose lists make rows; None for all.
        known: what all records have, as another reading of them has found.
    """

    records: NestedRecords
    names: Sequence[str] | None = None
    explode: str = ""
    reads: frozenset[str] | None = None
    known: Learned | None = field(default=None, compare=False)

    @property
    def cursor(self) -> str | None:
        """That of the records."""
        return self.records.cursor

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Those of the records."""
        return self.records.fingerprints

    def columns(self) -> list[str]:
        """The names of all cells, those of lists that make no rows left out.

        Where there is no record, it has the columns that are read. Raises SourceError.
        """
        return list(self._tree.columns)

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, from the first record. Raises SourceError."""
        yield from unfolded(self.records.blocks(), self._tree, chunk_rows)

    def ranges(self, count: int) -> list[Source]:
        """Parts of the records, which know all columns."""
        known = self._learned if self.names is None else None
        return [replace(self, records=part, known=known) for part in self.records.ranges(count)]

    def reading(self, columns: Collection[str]) -> NestedSource:
        """The same, of which only these columns are read: lists with none of them make no rows."""
        return replace(self, reads=frozenset(columns))

    @cached_property
    def _learned(self) -> Learned:
        return self.known if self.known is not None else learned(self.records.glances())

    @cached_property
    def _tree(self) -> Tree:
        wanted = Wanted(self.reads, self.explode)
        if self.names is not None:
            return tree_of_names(self.names, wanted)
        if not self._learned.inner and self.reads:
            return tree_of_names(sorted(self.reads), wanted)
        return tree_of(self._learned, wanted)
