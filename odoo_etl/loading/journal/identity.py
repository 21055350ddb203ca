"""Which database a server gave us: what the ledger knows holds for that one only."""

from __future__ import annotations

import hashlib

from odoo_etl.errors import AccessRefused, ProtocolError, Refused
from odoo_etl.loading.ports import Odoo


def database_identity(client: Odoo, db: str) -> str:
    """`database.uuid`, which Odoo makes with a database and which only administrators may read, and the name.

    Other users get what they may read instead: when the first company was created.
    """
    try:
        rows = client.search_read("ir.config_parameter", [["key", "=", "database.uuid"]], ["value"])
        known = rows[0]["value"] if rows else ""
    except (AccessRefused, Refused, ProtocolError) as error:
        if not error.name:  # not Odoo's own word: what a proxy says in its place must not change the identity
            raise
        known = ""
    if not known:
        rows = client.search_read("res.company", [["id", "=", 1]], ["create_date"])
        known = str(rows[0]["create_date"]) if rows else "unknown"
    return f"{known}/{db}" if db else known


def spec_identity(text: str) -> str:
    """A short hash of what a job says."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
