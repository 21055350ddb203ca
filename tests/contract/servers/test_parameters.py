"""System parameters: settings by key, and what tells one database from another."""

from __future__ import annotations

from uuid import UUID

import pytest

from odoo_etl.errors import OdooError
from odoo_etl.odoo.client import OdooClient

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
