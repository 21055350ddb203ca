"""A database and its copies: the mark tells them not apart, so the ledger knows each by where it is as well.

A copy of production for tests is as old as production and may have its name. What a run on the one confirmed, the other
has not; so each has books of its own. They are the same where the address is the same, and where one environment's
connection moved to another address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain, count
from typing import Any

from odoo_etl.results import Destination
from odoo_etl.state import APART, Ledger


def mark_of_copy(
    mark: str, ledger: Ledger, destination: Callable[[], Destination] | None, note: Callable[[str], object]
) -> str:
    """The mark of the database, or of the copy of it that is written to.

    Args:
        destination: where that is; None where nobody knows.
        note: told when an address is taken for that of a database that has moved.
    """
    if destination is None:
        return mark
    here, known = destination(), ledger.last_destinations(mark)
    newest_first = list(known.items())[::-1]
    for one, last in newest_first:
        if not last or last.get("url") == here.url:
            return one
    for one, last in newest_first:
        if (last.get("environment", ""), last.get("connection")) == (here.environment, here.connection):
            note(_moved(last, here))
            return one
    return _new(mark, known, here)


def _new(mark: str, known: Mapping[str, Any], here: Destination) -> str:
    """A mark that no other copy has."""
    place = here.environment or (here.connection if known else "")
    if not place:
        return mark
    names = chain([f"{mark}{APART}{place}"], (f"{mark}{APART}{place}.{number}" for number in count(2)))
    return next(name for name in names if name not in known)


def _moved(last: Mapping[str, Any], here: Destination) -> str:
    return (
        f"the ledger knew this database at {last.get('url')} and goes on with what it knows: if {here.url} is a copy of"
        " it, stop, and give the copy an environment of its own in project.yaml"
    )
