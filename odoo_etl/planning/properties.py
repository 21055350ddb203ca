"""The properties of a record: sent by name, answered as a list of their definitions and values (Odoo 16)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Property(NamedTuple):
    """One property, with what was sent and what Odoo holds."""

    ttype: str  # "" where the record has no such property
    sent: Any
    kept: Any


def differing_properties(ours: Any, theirs: Any) -> Iterator[Property]:
    """The properties that `ours` names and that `theirs` holds otherwise; others are not the source's concern.

    A name without a definition, and a value that its definition does not allow, are dropped by Odoo without a word.
    """
    existing = {one["name"]: one for one in _listed(theirs)}
    for name, value in _by_name(ours).items():
        found = existing.get(name, {})
        sent, kept = _bare(value), _bare(_value(found))
        if sent != kept and (sent or kept):
            yield Property(found.get("type", ""), sent, kept)


def _by_name(properties: Any) -> Mapping[str, Any]:
    if isinstance(properties, Mapping):
        return properties
    return {one["name"]: _value(one) for one in _listed(properties)}


def _listed(properties: Any) -> list[Mapping[str, Any]]:
    return properties if isinstance(properties, list) else []


def _value(answered: Mapping[str, Any]) -> Any:
    """What was sent for it: ids without the names that Odoo adds."""
    value = answered.get("value", False)
    if answered.get("type") == "many2one" and isinstance(value, list):
        return value[0]
    if answered.get("type") == "many2many":
        return [one[0] if isinstance(one, list) else one for one in value or ()]
    return value


def _bare(value: Any) -> Any:
    """Lists are sets: of tags, of records."""
    return sorted(value, key=repr) if isinstance(value, (list, tuple)) else value
