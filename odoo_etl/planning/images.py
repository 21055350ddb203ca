"""Before and after: what a write replaces, and what it writes, as the ledger keeps both. Pure.

Of a one2many all lines are named that the record had, each with what was replaced of it:
`{"order_line": [{"id": 5}, {"id": 6, "price_unit": 7.0}]}`. What was written are the commands. Values of other
languages and companies stand under their path: `{"name@fr_FR": "Chaise"}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from odoo_etl.mapping import OWN, Variant
from odoo_etl.planning.changes import Existing, LineChanges, Update


def before(update: Update, variant: Variant = OWN) -> dict[str, Any]:
    """What the write of an update replaces, in the variant that it is written in."""
    replaced = {name: old for name, (old, _) in update.sent.items()}
    if variant != OWN:
        replaced = {variant.path(name): old for name, old in replaced.items()}
    for one in update.children:
        replaced[one.name] = list(_lines_before(one, update.existing.get(one.name) or (), variant))
    return replaced


def after(update: Update, variant: Variant = OWN) -> dict[str, Any]:
    """What is written, as the external API takes it."""
    if variant == OWN:
        return update.values
    values = {variant.path(name): value for name, value in replace(update, children=()).values.items()}
    return {**values, **{one.name: list(_commands(one, variant)) for one in update.children}}


def _lines_before(changes: LineChanges, rows: Sequence[Existing], variant: Variant) -> Iterator[dict[str, Any]]:
    replaced: dict[int, Existing] = {one.id: before(one, variant) for one in changes.updates.values()}
    replaced |= {row["id"]: row for row in changes.removals.values()}
    for number in dict.fromkeys([*(row["id"] for row in rows), *replaced]):
        yield {"id": number, **replaced.get(number, {})}


def _commands(changes: LineChanges, variant: Variant) -> Iterator[list[Any]]:
    for one in changes.updates.values():
        yield [1, one.id, after(one, variant)]
