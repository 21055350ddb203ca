"""Which run is meant: an id, the beginning of one, or the last; the ledger knows them."""

from __future__ import annotations

from collections.abc import Iterable

from odoo_etl.errors import UsageError
from odoo_etl.state import Ledger, RunEntry

LAST = "last"
MANY = 10_000  # a scheduler may be refused every minute while a long run lives
SHOWN = 3


def by_name(ledger: Ledger, name: str) -> RunEntry | None:
    """The run of this id, or the one whose id begins so; None where there is none.

    Raises:
        UsageError: several begin so.
    """
    if exact := ledger.run(name):
        return exact
    found = ledger.runs_from(name, SHOWN + 1) if name else []
    if len(found) > 1:
        raise UsageError(f"several runs begin with {name!r}: {ids(found)}; say more of the id")
    return found[0] if found else None


def ids(runs: Iterable[RunEntry]) -> str:
    """Some runs as a message names them."""
    known = [one.id for one in runs]
    return ", ".join([*known[:SHOWN], *(["…"] if len(known) > SHOWN else [])]) or "none"
