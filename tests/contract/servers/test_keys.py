"""New API keys and the end of old ones, on the sandbox as on a real Odoo 19."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from odoo_etl.errors import AccessRefused, CannotStart, OdooError, ProtocolError, Refused
from odoo_etl.odoo.client import OdooClient
from odoo_etl.odoo.new_keys import ByKey, ByPassword, make_key
from tests.contract.servers.conftest import connect

UNTIL = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)


@pytest.fixture
def web(server):
    """A client over JSON-2, which `key rotate` uses whatever the connection says."""
    with connect(server, "json2") as client:
        yield client


@pytest.fixture
def log_in(odoo, server):
    """A client of the same server over the protocol whose turn it is, with another key."""
    opened = []

    def log_in(key):
        opened.append(OdooClient(server.url, server.db, user=server.user, api_key=key, protocol=odoo.protocol))
        return opened[-1]

    yield log_in
    for client in opened:
        client.close()


def keys(odoo):
    """Name to scope and end of each key of the user."""
    rows = odoo.search_read("res.users.apikeys", [["user_id", "=", odoo.authenticate()]])
    return {row["name"]: (row["scope"], row["expiration_date"]) for row in rows}


@pytest.fixture
def way(web, server):
    """The way that the server has: with a key alone, or with the password."""
    return lambda name: make_key(web, server.api_key, lambda: "admin", name, UNTIL)


def test_a_key_is_made_used_and_ended(odoo, web, way, log_in, unique):
    """It opens the external API until it is ended, and has the name and the end that were asked for."""
    maker, made = way(unique)
    assert len(made.key) == 40
    client = log_in(made.key)
    assert client.authenticate() == odoo.authenticate()
    assert keys(odoo)[unique] == ("rpc" if isinstance(maker, ByKey) else False, f"{UNTIL:%Y-%m-%d %H:%M:%S}")
    (number,) = odoo.search("res.users.apikeys", [["name", "=", unique]])
    assert maker.revoke(web, made.key, number)
    assert unique not in keys(odoo)
    with pytest.raises(AccessRefused):
        log_in(made.key).read("res.users", [odoo.authenticate()], ["login"])


def test_the_way_of_the_web_client_is_open_to_whoever_knows_the_password(odoo, web, log_in, unique):
    """A wrong one opens nothing, and over the old protocols none does."""
    with pytest.raises(Refused, match=r"[Pp]assword"):
        ByPassword(web, "wrong").make(unique, UNTIL)
    assert unique not in keys(odoo)
    way = ByPassword(web, "admin")
    made = way.make(unique, UNTIL)
    assert log_in(made.key).authenticate() == odoo.authenticate()
    (number,) = odoo.search("res.users.apikeys", [["name", "=", unique]])
    assert way.revoke(web, made.key, number)
    assert unique not in keys(odoo)
    assert not way.revoke(web, made.key, None)
    if odoo.protocol != "json2":
        with pytest.raises(Refused, match="over HTTP"):
            ByPassword(odoo, "admin").make(unique, UNTIL)


def test_which_key_is_replaced_is_known_where_there_is_one(odoo, web, unique):
    """Of several, Odoo does not tell which is ours."""
    way = ByPassword(web, "admin")
    first = way.make(unique, UNTIL)
    second = way.make(f"{unique}_b", UNTIL)
    numbers = odoo.search("res.users.apikeys", [["name", "=like", f"{unique}%"]])
    for number in numbers:
        way.revoke(web, "", number)
    assert (len(numbers), second.replaces) == (2, None)
    assert first.replaces is None or first.replaces not in numbers


def test_without_a_password_an_older_19_makes_none(odoo, server, unique):
    """It says what would help; one that lets keys make keys needs no password."""
    told, made = "", None
    try:
        maker, made = make_key(odoo, server.api_key, lambda: "", unique, UNTIL)
    except CannotStart as error:
        told = str(error)
    assert maker.revoke(odoo, made.key, None) if made else "base.enable_programmatic_api_keys" in told


def test_a_key_that_is_none_makes_none(odoo, unique):
    """Not even for whoever is logged in with another one."""
    with pytest.raises(OdooError) as refused:
        ByKey(odoo, "f" * 40).make(unique, UNTIL)
    assert isinstance(refused.value, AccessRefused | ProtocolError | Refused)
    assert unique not in keys(odoo)
