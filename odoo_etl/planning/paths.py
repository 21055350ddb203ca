"""The changes of a record as paths, those of its lines and variants among them: `order_line[30].price_unit`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import OWN, Lines, Record, Variant
from odoo_etl.planning.changes import Existing, LineChanges, Pair, Update
from odoo_etl.planning.children import labelled
from odoo_etl.planning.rules import RecordRules


class ValueChange(NamedTuple):
    """One value that is to change: where it stands, what kind it is, and from what to what."""

    path: str
    field: TargetField
    old: Any
    new: Any


class LineRemoval(NamedTuple):
    """A line that is to go, with the fields of its model."""

    path: str
    fields: Mapping[str, TargetField]
    row: Existing


PathChange = ValueChange | LineRemoval

REMOVED = "(removed)"  # in place of the new value of a line


def shown_row(removal: LineRemoval) -> dict[str, Any]:
    """The values of a line that is to go, as reports show them."""
    known = {name: one for name, one in removal.row.items() if name in removal.fields}
    return {name: removal.fields[name].type.show(one) for name, one in known.items()}


def shown(changes: Iterable[PathChange]) -> dict[str, Pair]:
    """Path to (old, new) as reports show values; old is None for what is new."""
    return {
        one.path: (shown_row(one), REMOVED)
        if isinstance(one, LineRemoval)
        else (one.old if one.old is None else one.field.type.show(one.old), one.field.type.show(one.new))
        for one in changes
    }


def paths_of_new(record: Record, rules: RecordRules, prefix: str = "") -> Iterator[ValueChange]:
    """Every value of a new record."""
    yield from _changed({name: (None, value) for name, value in record.values.items()}, rules, prefix)
    for variant, values in record.variants:
        yield from _changed({name: (None, value) for name, value in values.items()}, rules, prefix, variant)
    for lines in record.children:
        yield from _new_lines(lines, rules, prefix)


def paths_of(update: Update, rules: RecordRules, prefix: str = "") -> Iterator[PathChange]:
    """Every value that an update changes."""
    yield from _changed(update.changes, rules, prefix)
    for variant, changes in update.variants:
        yield from _changed(
            {name: pair for name, pair in changes.items() if pair[0] != pair[1]}, rules, prefix, variant
        )
    for lines in update.children:
        yield from _changed_lines(lines, rules.children[lines.name], f"{prefix}{lines.name}")


def _changed(
    changes: Mapping[str, Pair], rules: RecordRules, prefix: str, variant: Variant = OWN
) -> Iterator[ValueChange]:
    for name, (old, new) in changes.items():
        yield ValueChange(prefix + variant.path(name), rules.fields[name], old, new)


def _new_lines(lines: Lines, rules: RecordRules, prefix: str) -> Iterator[ValueChange]:
    for label, line in labelled(lines.records):
        yield from paths_of_new(line, rules.children[lines.name], f"{prefix}{lines.name}[{label}].")


def _changed_lines(lines: LineChanges, rules: RecordRules, path: str) -> Iterator[PathChange]:
    for label, update in lines.updates.items():
        yield from paths_of(update, rules, f"{path}[{label}].")
    for label, create in lines.creates.items():
        yield from paths_of_new(create.record, rules, f"{path}[{label}].")
    for label, row in lines.removals.items():
        yield LineRemoval(f"{path}[{label}]", rules.fields, row)
