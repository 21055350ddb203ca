"""The properties of a record: sent by name, answered as a list of their definitions and values (Odoo 16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from odoo_etl.fieldtypes.properties import by_name, value_of


class Property(NamedTuple):
    """One property, with what was sent and what Odoo holds."""

    ttype: str  # "" where the record has no such property
    sent: Any
    kept: Any


def differing_properties(ours: Any, theirs: Any) -> Iterator[Property]:
    """The properties that `ours` names and that `theirs` holds otherwise; others are not the source's concern.

    A name without a definition, and a value that its definition does not allow, are dropped by Odoo without a word.
    """
    existing = {one["name"]: one for one in theirs or ()}
    for name, value in by_name(ours).items():
        found = existing.get(name, {})
        sent, kept = _bare(value), _bare(value_of(found))
        if sent != kept and (sent or kept):
            yield Property(found.get("type", ""), sent, kept)


def _bare(value: Any) -> Any:
    """Lists are sets: of tags, of records."""
    return sorted(value, key=repr) if isinstance(value, (list, tuple)) else value
