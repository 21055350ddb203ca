"""The records of another Odoo database as a source: paged by id, several pages on their way, typed cells."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from contextlib import closing

from odoo_etl.sources.model import Chunk, Source, SourceMemory
from odoo_etl.sources.nested import Block, unfolded
from odoo_etl.sources.odoo.ahead import Ahead
from odoo_etl.sources.odoo.columns import Row
from odoo_etl.sources.odoo.pages import PageSize, Range
from odoo_etl.sources.odoo.reach import reached, threads_of
from odoo_etl.sources.odoo.reading import Page, Reading
from odoo_etl.sources.odoo.tables import Table, in_chunks
from odoo_etl.sources.odoo.unfolding import tree_of
from odoo_etl.spec import OdooSource

EVERY = Range()


class OdooRecords:
    """The records of one model of one database.

    Args:
        within: the ids that are read.
    """

    def __init__(self, spec: OdooSource, memory: SourceMemory, within: Range = EVERY) -> None:
        self._spec, self._memory, self._within = spec, memory, within
        self.cursor = spec.cursor_column
        self.fingerprints: dict[str, str] = {}

    def columns(self) -> list[str]:
        """The columns, once the server is known to have what they take.

        Raises:
            SourceError: a model, field or path that is not there; a domain that is refused; no connection.
            SpecError, CannotStart, AccessRefused: the connection cannot be used.
        """
        with reached(self._spec) as client:
            Reading(self._spec, client).probe()
        return self._spec.columns

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, by the ids of the records or by their cursor; raises the same."""
        size = PageSize.of(chunk_rows)
        if self._spec.lines:
            with closing(self._blocks(size)) as blocks:
                yield from unfolded(blocks, tree_of(self._spec.read_fields, self._spec.lines), chunk_rows)
        else:
            with closing(self._tables(size)) as tables:
                yield from in_chunks(tables, chunk_rows)

    def reading(self, columns: Collection[str]) -> OdooRecords:
        """The same of which only these columns are read: lines with none of them make no rows."""
        return OdooRecords(self._spec.with_lines(columns), self._memory, self._within)

    def ranges(self, count: int) -> list[Source]:
        """Ranges of ids; one where the records come in the order of a cursor."""
        if self._spec.incremental is not None or count < 2:
            return [self]
        with reached(self._spec) as client:
            ranges = Reading(self._spec, client).ranges(count)
        return [OdooRecords(self._spec, self._memory, one) for one in ranges]

    def _tables(self, size: PageSize) -> Generator[Table]:
        """The rows of each page by column, several of which are on their way."""
        ahead = Ahead[Page, Table](threads_of(self._spec))
        with reached(self._spec, ahead.sleep) as client:
            reading = Reading(self._spec, client)
            for table in ahead.answers(reading.table, reading.pages(self._within, size, self._memory.watermark)):
                size.learn(list(zip(*table.values(), strict=True)))
                yield table

    def _blocks(self, size: PageSize) -> Generator[Block]:
        """The records of each page with their lines."""
        ahead = Ahead[Page, list[Row]](threads_of(self._spec))
        with reached(self._spec, ahead.sleep) as client:
            reading, first = Reading(self._spec, client), 1
            for rows in ahead.answers(reading.rows, reading.pages(self._within, size, self._memory.watermark)):
                size.learn(rows)
                yield Block(rows, range(first, first + len(rows)))
                first += len(rows)
