"""Every case of this folder runs on the sandbox and on a real Odoo 19, over each of the three protocols."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from odoo_etl.odoo.client import OdooClient
from tests.servers import Server


def connect(server: Server, protocol: str) -> OdooClient:
    """A client of a server."""
    return OdooClient(server.url, server.db, user=server.user, api_key=server.api_key, protocol=protocol)


@pytest.fixture(scope="session", params=["json2", "jsonrpc", "xmlrpc"])
def odoo(request: pytest.FixtureRequest, server: Server) -> Iterator[OdooClient]:
    """A client of each server over each protocol."""
    with connect(server, request.param) as client:
        yield client


@pytest.fixture
def unique() -> str:
    """A text that no other record holds: cases need no clean database and leave theirs behind."""
    return uuid4().hex


@pytest.fixture(scope="session")
def french(odoo: OdooClient) -> str:
    """The code of a second active language."""
    anyway = {"active_test": False}
    ids = odoo.search("res.lang", [["code", "=", "fr_FR"]], context=anyway)
    odoo.write("res.lang", ids, {"active": True})
    return "fr_FR"
