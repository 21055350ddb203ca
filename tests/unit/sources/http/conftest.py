"""A web API of which a test says what it answers, and rows as a job reads them."""

from __future__ import annotations

import pytest

from odoo_etl.sources import SourceMemory
from odoo_etl.sources.http import HttpRecords
from odoo_etl.sources.nested import nested_source
from odoo_etl.spec.sources import HttpSource
from tests.web import serving


@pytest.fixture
def web():
    """The server."""
    with serving() as server:
        yield server


class Api:
    """Reads what the server has.

    Attributes:
        waits: the seconds that were waited, of which none pass.
    """

    def __init__(self, web):
        self.web, self.waits = web, []

    def spec(self, path="/orders", **keys):
        """A source on the server."""
        return HttpSource.model_validate({"type": "http", "url": self.web.url(path), **keys})

    def source(self, spec, watermark=None):
        """The source as a job opens it."""
        return nested_source(HttpRecords(spec, SourceMemory(watermark), self.waits.append), spec)

    def rows(self, path="/orders", watermark=None, **keys):
        """All rows, as dicts."""
        return rows_of(self.source(self.spec(path, **keys), watermark))

    @property
    def asked(self):
        """The requests in order, as path and query."""
        return [request.path for request in self.web.requests]


def rows_of(source, chunk_rows=100):
    """The rows of a source as dicts, cells that are None left out."""
    return [
        {name: cell for name, cell in zip(chunk.columns, row, strict=True) if cell is not None}
        for chunk in source.chunks(chunk_rows)
        for row in zip(*chunk.columns.values(), strict=True)
    ]


@pytest.fixture
def api(web):
    """What reads from the server."""
    return Api(web)
