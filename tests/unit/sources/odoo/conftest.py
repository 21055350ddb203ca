"""A sandbox with a few partners, and sources that read it."""

from __future__ import annotations

import pytest

from odoo_etl.odoo import OdooClient
from odoo_etl.sandbox import Sandbox
from odoo_etl.sources.odoo.pages import PageSize, Range
from odoo_etl.sources.odoo.reading import Reading
from odoo_etl.spec import ConnectionSpec, OdooSource, Server


@pytest.fixture
def sandbox():
    """A server whose partners are those of the tests, and the two that every database has."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def client(sandbox):
    """Who writes and reads there."""
    with OdooClient(sandbox.url, sandbox.db, api_key=sandbox.api_key) as one:
        yield one


@pytest.fixture
def server(sandbox, tmp_path):
    """The server as a connection of a project."""
    login = {"url": sandbox.url, "db": sandbox.db, "user": sandbox.user, "api_key": sandbox.api_key}
    return Server(ConnectionSpec(**login), tmp_path)


@pytest.fixture
def source(server):
    """A function that describes partners whose `ref` is set as a source."""

    def described(fields, **keys):
        given = {"model": "res.partner", "domain": [["ref", "!=", False]], **keys}
        return OdooSource(type="odoo", connection="old", fields=fields, **given).on(server)

    return described


@pytest.fixture
def reading(source, client):
    """A function that reads some columns of such partners; gives the rows."""

    def rows(fields, **keys):
        one = Reading(source(fields, **keys), client)
        return [
            row
            for page in one.pages(Range(), PageSize(100, 100))
            for row in zip(*one.table(page).values(), strict=True)
        ]

    return rows
