"""A server that answers as Odoo 14, over XML-RPC alone: the sandbox with the models of a real one (`take.py`)."""

from __future__ import annotations

from pathlib import Path

from odoo_etl.sandbox import Sandbox, World

HOME = Path(__file__).parent


def odoo_14(db: Path | None = None) -> Sandbox:
    """An Odoo 14 with contacts, products, price lists and sales, to start and stop."""
    world = World(schema=HOME / "schema", snapshot=HOME / "snapshot", protocols=frozenset({"xmlrpc"}))
    return Sandbox(db, major=14, world=world)
