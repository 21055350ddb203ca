"""The records of another Odoo database as a source: paged by id, several pages on their way, typed cells."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from odoo_etl.sources.model import Chunk, SourceMemory
from odoo_etl.sources.odoo.ahead import Ahead
from odoo_etl.sources.odoo.pages import Range, page_size
from odoo_etl.sources.odoo.reach import reached, threads_of
from odoo_etl.sources.odoo.reading import Reading
from odoo_etl.sources.odoo.tables import Table, in_chunks
from odoo_etl.spec import OdooSource

EVERY = Range()


class OdooRecords:
    """The records of one model of one database."""

    cursor: str | None = None

    def __init__(self, spec: OdooSource, memory: SourceMemory, within: Range = EVERY) -> None:
        self._spec, self._memory, self._within = spec, memory, within
        self.fingerprints: dict[str, str] = {}

    def columns(self) -> list[str]:
        """The columns, once the server is known to have what they take.

        Raises:
            SourceError: a model, field or path that is not there; no connection.
            SpecError, CannotStart, AccessRefused: the connection cannot be used.
        """
        with reached(self._spec) as client:
            Reading(self._spec, client)
        return self._spec.columns

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, by the ids of the records; raises the same."""
        with closing(self._tables(page_size(chunk_rows))) as tables:
            yield from in_chunks(tables, chunk_rows)

    def _tables(self, size: int) -> Generator[Table]:
        """The rows of each page, several of which are on their way."""
        ahead = Ahead[Sequence[int], Table](threads_of(self._spec))
        with reached(self._spec, ahead.sleep) as client:
            reading = Reading(self._spec, client)
            yield from ahead.answers(reading.table, reading.pages(self._within, size))
