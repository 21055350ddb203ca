"""The plan of a chunk: what becomes of each record, and the values that Odoo is sent for it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from odoo_etl.fieldtypes import IdList, Properties, by_name
from odoo_etl.mapping import Flaw, Record, Reject

_NOT_PLAIN = frozenset({IdList, Properties})  # types of planned values that the API takes in another form

Existing = Mapping[str, Any]  # a record as Odoo answered it: "id" and the fields that were read


@dataclass(frozen=True, slots=True)
class Create:
    """A record that Odoo lacks."""

    record: Record

    @property
    def values(self) -> dict[str, Any]:
        """What `create` takes."""
        return as_written(self.record.values)


@dataclass(frozen=True, slots=True)
class Update:
    """A record that Odoo holds with other values.

    Attributes:
        changes: the fields that differ, to (old, new).
        existing: the record as it was read.
        along: fields that are as they should be and that Odoo would compute anew, to the same pair: they go along.
    """

    record: Record
    id: int
    changes: dict[str, tuple[Any, Any]]
    existing: Existing = field(default_factory=dict)
    along: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def sent(self) -> dict[str, tuple[Any, Any]]:
        """Every field that the write names, to (old, new)."""
        return {**self.changes, **self.along} if self.along else self.changes

    @property
    def values(self) -> dict[str, Any]:
        """What `write` takes."""
        return as_written({name: new for name, (_, new) in self.sent.items()}, self.existing)

    def only(self, names: Collection[str]) -> Update | None:
        """The same with these of the differing fields; None where there are none of them."""
        changes = {name: pair for name, pair in self.changes.items() if name in names}
        if len(changes) == len(self.changes):
            return self
        return replace(self, changes=changes) if changes else None

    def of_own_making(self) -> Update:
        """The same where the run itself made the record differ, by other writes: before, it held what its row wants.

        Had it held something else, the run would have written these fields already, and the ledger has that.
        """
        return replace(self, changes={name: (_answered_as(old, new), new) for name, (old, new) in self.changes.items()})


@dataclass(frozen=True, slots=True)
class NoChange:
    """A record that needs no write: it is equal already, or the mode leaves it alone."""

    record: Record
    id: int | None


@dataclass(slots=True)
class Plan:
    """What to do with one chunk of records. Every record is in exactly one list; rejects are rows.

    Attributes:
        apart: records of several rows that cannot land as one; each row is to be planned alone, oldest first.
    """

    creates: list[Create] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    unchanged: list[NoChange] = field(default_factory=list)
    skipped: list[NoChange] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    apart: list[Record] = field(default_factory=list)

    def update_of(self, record: Record) -> Update | None:
        """What is to change of a record, where Odoo has it."""
        return next((update for update in self.updates if update.record is record), None)


def as_written(values: dict[str, Any], existing: Existing = MappingProxyType({})) -> dict[str, Any]:
    """Planned values as the external API takes them: x2many as commands, properties as a whole, the others as they are.

    Args:
        held: the record that they are written to, as it was read.
    """
    if _NOT_PLAIN.isdisjoint(map(type, values.values())):
        return values
    return {name: wire(value, existing.get(name)) for name, value in values.items()}


def wire(value: Any, existing: Any = None) -> Any:
    """One planned value as the external API takes it, in place of what the field holds."""
    if isinstance(value, IdList):
        return [[6, 0, list(value.ids)]] if value.command == "set" else [[4, each, 0] for each in value.ids]
    if isinstance(value, Properties):
        return {**by_name(existing), **value}  # Odoo empties those that a write does not name
    return value


def _answered_as(old: Any, new: Any) -> Any:
    """A value as Odoo would have answered it; what else was there beside added links and properties nobody knows."""
    if isinstance(new, IdList):
        return list(new.ids) if new.command == "set" else old
    return old if isinstance(new, dict) else new


def reject_all(record: Record, flaw: Flaw) -> list[Reject]:
    """The rejects of every row that made the record."""
    return [Reject(row, (flaw,)) for row in record.rows]
