"""System parameters: settings by key, and what tells one database from another."""

from __future__ import annotations

from uuid import UUID

import pytest

from odoo_etl.errors import OdooError
from odoo_etl.odoo.client import OdooClient
from odoo_etl.sync.session.history import database_mark
from tests.contract.servers.conftest import connect
from tests.servers import Server

MODEL = "ir.config_parameter"
IDENTITY = [["key", "=", "database.uuid"]]


def test_every_database_has_an_identity(odoo: OdooClient) -> None:
    """One uuid, the same each time it is read."""
    [row] = odoo.search_read(MODEL, IDENTITY, ["key", "value", "display_name"])
    assert str(UUID(row["value"])) == row["value"]
    assert row["display_name"] == row["key"] == "database.uuid"
    assert odoo.search_read(MODEL, IDENTITY, ["value"])[0]["value"] == row["value"]


def test_settings_are_read_by_key(odoo: OdooClient) -> None:
    """Values are texts, whatever they mean."""
    keys = ["mail.restrict.template.rendering", "auth_signup.invitation_scope", "base.login_cooldown_after"]
    rows = odoo.search_read(MODEL, [["key", "in", keys]], ["key", "value"])
    assert [(row["key"], row["value"]) for row in rows] == [  # ordered by key
        ("auth_signup.invitation_scope", "b2c"),
        ("base.login_cooldown_after", "10"),
        ("mail.restrict.template.rendering", "1"),
    ]


def test_a_key_is_there_once(odoo: OdooClient, unique: str) -> None:
    """A second parameter of the same key is refused."""
    odoo.create(MODEL, {"key": unique, "value": "1"})
    with pytest.raises(OdooError):
        odoo.create(MODEL, {"key": unique, "value": "2"})


def test_english_says_when_a_database_was_made(odoo: OdooClient, server: Server) -> None:
    """To the second, over every protocol, and nobody can delete it."""
    mark = database_mark(odoo, odoo.db)
    made, _, name = mark.partition("/")
    assert (len(made), name) == (19, odoo.db)
    with connect(server, "xmlrpc") as other:
        assert database_mark(other, other.db) == mark
    english = odoo.search("res.lang", [["code", "=", "en_US"]], context={"active_test": False})
    with pytest.raises(OdooError):
        odoo.unlink("res.lang", english)


def test_a_user_of_another_company_sees_the_same_mark(real_odoo: Server, unique: str) -> None:
    """Who may read neither parameters nor the first company."""
    with connect(real_odoo, "jsonrpc") as admin:
        company = admin.create("res.company", {"name": unique})
        group = admin.search_read("ir.model.data", [["name", "=", "group_user"], ["module", "=", "base"]], ["res_id"])
        user = {"name": "Clerk", "login": unique, "password": unique, "group_ids": [[6, 0, [group[0]["res_id"]]]]}
        admin.create("res.users", {**user, "company_id": company, "company_ids": [[6, 0, [company]]]})
        clerk = OdooClient(real_odoo.url, real_odoo.db, user=unique, password=unique, protocol="jsonrpc")
        with clerk:
            assert clerk.search_read("res.company", [["id", "=", 1]], ["create_date"]) == []
            assert database_mark(clerk, clerk.db) == database_mark(admin, admin.db)
