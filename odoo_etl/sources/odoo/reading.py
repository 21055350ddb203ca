"""One reading of a source: what it asks the server for, and the rows that become of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.errors import AccessRefused
from odoo_etl.odoo import ACCESS_ERROR, OdooClient
from odoo_etl.sources.odoo.columns import OWN, Columns, Variant, columns_of
from odoo_etl.sources.odoo.fetching import Fetcher
from odoo_etl.sources.odoo.fields import Models
from odoo_etl.sources.odoo.pages import Range, Wanted, id_pages
from odoo_etl.sources.odoo.tables import Table
from odoo_etl.spec import OdooSource

_AT_MODEL = ("source", "model")
_AT_FIELDS = ("source", "fields")


class Reading:
    """The work on one source, on a server that is reached.

    Raises SourceError, when it is made: the server lacks a model, field or path.

    Attributes:
        everything: the ids of all records.
    """

    everything = Range()

    def __init__(self, spec: OdooSource, client: OdooClient) -> None:
        self._spec, self._client = spec, client
        self.context = own_context(spec)
        models = Models(client)
        models.fields(spec.model, _AT_MODEL)
        self.columns: Columns = columns_of(spec.model, spec.fields, models, client.version().major, _AT_FIELDS)
        self._fetchers = {variant: Fetcher(client, self._context_of(variant)) for variant in self.columns.branches}

    def pages(self, within: Range, size: int) -> Iterator[Sequence[int]]:
        """The ids of the records, so many a page."""
        return id_pages(self._client, Wanted(self._spec.model, self._spec.domain, self.context), within, size)

    def table(self, ids: Sequence[int]) -> Table:
        """The rows of a page."""
        try:
            return self._table(ids)
        except AccessRefused as error:
            if error.name != ACCESS_ERROR:
                raise
            visible = self._client.search(self._spec.model, [["id", "in", list(ids)]], order="id", context=self.context)
            if len(visible) == len(ids):
                raise
            return self._table(visible)  # a rule hides some of them since their ids were found

    def _table(self, ids: Sequence[int]) -> Table:
        fetched = {
            variant: self._fetchers[variant].fetch(branch, ids) for variant, branch in self.columns.branches.items()
        }
        return self.columns.table(ids, fetched)[1]

    def _context_of(self, variant: Variant) -> Mapping[str, Any]:
        """The context in which the values of a language or company are read."""
        return self.context if variant == OWN else {**self.context, "lang": variant.lang}


def own_context(spec: OdooSource) -> dict[str, Any]:
    """The context of every call."""
    return {**spec.context, **({"active_test": False} if spec.archived else {})}
