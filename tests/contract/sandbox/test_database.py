"""The sandbox's file: filled when it is new, kept and completed when it is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from odoo_etl.odoo.client import OdooClient
from odoo_etl.sandbox import Sandbox


def identity(path):
    """The uuid that the sandbox on this file tells."""
    with Sandbox(path) as sandbox, OdooClient(sandbox.url, sandbox.db, api_key=sandbox.api_key) as client:
        [row] = client.search_read("ir.config_parameter", [["key", "=", "database.uuid"]], ["value"])
        return row["value"]


def test_a_file_keeps_its_identity(tmp_path):
    """The same after a restart, another in another file, another in memory each time."""
    first = identity(tmp_path / "a.db")
    assert identity(tmp_path / "a.db") == first
    assert len({first, identity(tmp_path / "b.db"), identity(None), identity(None)}) == 4


def test_a_file_of_an_earlier_version_gets_one(tmp_path):
    """A file that has no table of parameters yet is completed when it is opened."""
    path = tmp_path / "old.db"
    first = identity(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("drop table ir_config_parameter")
    assert identity(path) not in ("", first)
