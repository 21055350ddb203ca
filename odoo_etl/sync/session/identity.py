"""Which database a server gave us: what the ledger knows holds for that one only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from odoo_etl.errors import AccessRefused, ProtocolError, Refused
from odoo_etl.state import Ledger
from odoo_etl.sync.ports import Odoo

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANY = {"active_test": False}


def known_database(client: Odoo, db: str, ledger: Ledger, note: Callable[[str], object]) -> str:
    """The mark that the ledger knows a database by; books under a mark of earlier releases are taken over.

    Args:
        db: the `db` of the connection.
        note: told when something was taken over, or could not be.
    """
    mark = database_mark(client, db)
    of_this_name = {one for one in ledger.databases() if one == _named(one, db)}
    by_uuid = {one for one in of_this_name if _UUID.fullmatch(one.partition("/")[0])}
    if not by_uuid and (mark in of_this_name or not of_this_name):
        return mark
    if same := sorted(of_this_name & _earlier_marks(client, db) - {mark}):
        ledger.take_over(same, mark)
        note(f"the ledger knew this database as {' and '.join(same)}; it goes on with all that under {mark}")
    elif mark not in of_this_name and by_uuid:
        note(
            "the ledger knows nothing of this database, but one of the same name by the mark of an earlier release"
            f" ({', '.join(sorted(by_uuid))}), which only administrators may read: if it is the same, run once as an"
            " administrator, who takes over what runs have written, watermarks and locks"
        )
    return mark


def database_mark(client: Odoo, db: str) -> str:
    """When the database was made, and its name: the same for every user that may log in.

    Odoo makes English with a database, lets every user read it, and refuses to delete it. `database.uuid` only
    administrators may read, and companies only their own employees.
    """
    rows = client.search_read("res.lang", [["code", "=", "en_US"]], ["create_date"], context=_ANY)
    made = rows[0]["create_date"] if rows else ""
    return _named(str(made or "unknown"), db)


def _named(mark: str, db: str) -> str:
    return f"{mark.partition('/')[0]}/{db}" if db else mark.partition("/")[0]


def _earlier_marks(client: Odoo, db: str) -> set[str]:
    """The marks that earlier releases knew this database by: as administrators, and as others."""
    companies = client.search_read("res.company", [["id", "=", 1]], ["create_date"])
    marks = [*_uuid(client), *(str(row["create_date"]) for row in companies)]
    return {_named(mark, db) for mark in marks}


def _uuid(client: Odoo) -> list[str]:
    try:
        rows = client.search_read("ir.config_parameter", [["key", "=", "database.uuid"]], ["value"])
    except (AccessRefused, Refused, ProtocolError) as error:
        if not error.name:  # not Odoo's own word, but that of a proxy, say
            raise
        return []
    return [row["value"] for row in rows]


def spec_identity(text: str) -> str:
    """A short hash of what a job says."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
