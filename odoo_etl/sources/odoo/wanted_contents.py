"""The contents that a target lacks, read in full: whoever writes them asks, those of one call together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from odoo_etl.odoo import OdooClient
from odoo_etl.sources.odoo.companies import companies_of
from odoo_etl.sources.odoo.reach import reached, said_of
from odoo_etl.spec import OdooSource
from odoo_etl.text import OdooContent


class WantedContents:
    """Reads contents of the database that a source reads from; may be used from several lanes."""

    def __init__(self, spec: OdooSource, client: OdooClient) -> None:
        company = spec.company or ""
        named = [(company, ("source", "company"))] if company else []
        self._context: Mapping[str, Any] = {**spec.context, **companies_of(named, client).alone(company)}
        self._spec, self._client = spec, client

    def read(self, cells: Iterable[OdooContent]) -> dict[OdooContent, str]:
        """The contents as base64, one call for those of a field; absent where there is none any more.

        Raises:
            SourceError: the server gives no answer.
            AccessRefused: it lets us read none of them.
        """
        wanted: dict[tuple[str, str], dict[int, OdooContent]] = defaultdict(dict)
        for cell in cells:
            wanted[cell.model, cell.field][cell.id] = cell
        found: dict[OdooContent, str] = {}
        with said_of(self._spec):
            for (model, field), some in wanted.items():
                rows = self._client.read(model, sorted(some), [field], context=self._context)
                found |= {some[row["id"]]: row[field] for row in rows if row[field]}
        return found


@contextmanager
def wanted_contents(spec: OdooSource) -> Iterator[WantedContents]:
    """A reader of contents, whose server is reached as long. Raises what `reached` does."""
    with reached(spec) as client:
        yield WantedContents(spec, client)
