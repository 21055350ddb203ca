"""Logging in, and what the server tells before."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused, CannotStart
from odoo_etl.odoo.client import OdooClient
from tests.servers import Server

PROTOCOLS = ["json2", "jsonrpc", "xmlrpc"]
OLD = ["jsonrpc", "xmlrpc"]


def test_version_is_19(odoo: OdooClient) -> None:
    """Both servers are an Odoo 19."""
    assert odoo.version().major == 19


def test_the_key_belongs_to_the_administrator(odoo: OdooClient) -> None:
    """The user's id is the same over every protocol."""
    assert odoo.authenticate() == 2


@pytest.mark.parametrize("protocol", OLD)
def test_a_password_logs_in_over_the_old_protocols(server: Server, protocol: str) -> None:
    """A password works where there is no key."""
    with OdooClient(server.url, server.db, user=server.user, password=server.password, protocol=protocol) as client:
        assert client.authenticate() == 2


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_wrong_key_is_refused(server: Server, protocol: str) -> None:
    """A wrong key is an error of its own class, over every protocol."""
    with (
        OdooClient(server.url, server.db, user=server.user, api_key="wrong", protocol=protocol) as client,
        pytest.raises(AccessRefused),
    ):
        client.authenticate()


@pytest.mark.parametrize("protocol", OLD)
def test_an_unknown_user_is_refused(server: Server, protocol: str) -> None:
    """So is a user that does not exist."""
    with (
        OdooClient(server.url, server.db, user="nobody", api_key=server.api_key, protocol=protocol) as client,
        pytest.raises(AccessRefused),
    ):
        client.authenticate()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_unknown_database_cannot_start(server: Server, protocol: str) -> None:
    """A database that is not there stops before any work."""
    with (
        OdooClient(server.url, "no_such", user=server.user, api_key=server.api_key, protocol=protocol) as client,
        pytest.raises(CannotStart),
    ):
        client.authenticate()


def test_auto_takes_json2(server: Server) -> None:
    """With a key, a server of version 19 is spoken to over JSON-2."""
    with OdooClient(server.url, server.db, user=server.user, api_key=server.api_key) as client:
        assert client.protocol == "json2"
