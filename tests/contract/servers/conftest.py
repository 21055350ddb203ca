"""Every case of this folder runs on the sandbox and on a real Odoo 19, over the three protocols in turns.

What the protocols are to have in common is shown over each of them in `tests/contract/transports/test_on_servers.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from odoo_etl.odoo.client import OdooClient
from tests.pairs import EVERY
from tests.servers import Server

PROTOCOLS = ["json2", "jsonrpc", "xmlrpc"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The next protocol for each case of a file, and another one on the other server; those that are named stay."""
    if not EVERY and not any("::" in argument for argument in config.args):
        items[:] = list(in_turns(items))


def in_turns(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """The items, with one protocol for each case on each server."""
    turns: dict[object, int] = {}
    numbers: dict[Path, Iterator[int]] = {}
    for item in items:
        chosen = dict(item.callspec.indices) if hasattr(item, "callspec") else {}
        if item.path.parent != Path(__file__).parent or "odoo" not in chosen:
            yield item
            continue
        protocol, server = chosen.pop("odoo"), chosen.pop("server")
        case = (item.path, item.originalname, *chosen.items())
        if case not in turns:
            turns[case] = next(numbers.setdefault(item.path, count()))
        if protocol == (turns[case] + server) % len(PROTOCOLS):
            yield item


def connect(server: Server, protocol: str) -> OdooClient:
    """A client of a server."""
    return OdooClient(server.url, server.db, user=server.user, api_key=server.api_key, protocol=protocol)


@pytest.fixture(scope="session", params=PROTOCOLS)
def odoo(request: pytest.FixtureRequest, server: Server) -> Iterator[OdooClient]:
    """A client of each server, over the protocol whose turn it is."""
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
