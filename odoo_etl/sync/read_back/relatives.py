"""Records of one job that are related to each other: what is written to one may change another.

Odoo keeps one address for a company and its contacts, through which the one of a contact reaches the others, and gives
a company's terms of payment to them (`res.partner`); `fields_get` does not say so. It keeps the e-mail address of a
lead with its partner, from where it comes back to all leads of that partner (`crm.lead`); that shows in the paths that
`email_from` depends on. Variants have the price of their template, also where a job does not map it.

Noted are, in 24 bytes for each relation, the records of a job with a many2one to its own model, or one through which a
mapped field is computed; where it is not mapped, what Odoo holds of it counts.
"""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from odoo_etl.fieldtypes import TargetField, id_of_answered
from odoo_etl.mapping import Record
from odoo_etl.sync.existing import Schema
from odoo_etl.sync.outcome import Written

Noted = Iterator[tuple[int, int, int]]
Standing = tuple[Record, int, Mapping[str, Any]]  # a record, its id, and what Odoo held of it before
PARENT = "parent_id"  # the name of Odoo's own for the record above in the same model
NOTHING: Mapping[str, Any] = MappingProxyType({})


def relations(
    model: str, fields: Mapping[str, TargetField], above: TargetField | None, schema: Schema
) -> dict[str, TargetField]:
    """The many2one fields that make records of a job relatives, mapped or not.

    Args:
        fields: the mapped fields by name.
        above: the field `PARENT`, where the model has it.
    """
    through = {name for name, one in fields.items() if not one.computed and _is_of_others(one)}
    names = schema.dependents(model).shared_through(through) if through else frozenset()
    known = {**fields, **({PARENT: above} if above else {})}
    own = {name: one for name, one in known.items() if one.type.is_one_record and one.relation == model}
    return schema.fields(model, sorted(names)) | own


def _is_of_others(field: TargetField) -> bool:
    """Whether a field may have a value of another record."""
    return any("." in path for path in field.depends) or bool(field.depends and not field.stored)


class Family:
    """Who is related to whom among the records of one job; may be told from several lanes.

    Args:
        model: of the job.
        mapped: the names of the mapped fields.
        related: as `relations` gives them.
        own: the job leaves alone what it did not write.
    """

    def __init__(self, model: str, mapped: Collection[str], related: Mapping[str, TargetField], *, own: bool) -> None:
        self._own = own
        self._parents = [name for name, one in related.items() if one.relation == model]
        self._shared = [name for name in related if name not in self._parents]
        self._mapped = any(name in mapped for name in related)
        self._above = array("q")  # id, id of a parent (0 for none), hash of the key; again and again
        self._beside = array("q")  # id, hash of a record of another model, hash of the key; again and again
        self._written = array("q")
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        """Whether the job's records can be related."""
        return bool(self._parents or self._shared)

    def note(self, standing: Iterable[Standing]) -> None:
        """Rows stand for these records."""
        above: list[int] = []
        beside: list[int] = []
        for record, number, existing in standing:
            key, values = hash(record.key), record.values
            for name in self._parents:
                above += (number, _number(values.get(name, existing.get(name))), key)
            for name in self._shared:
                if one := _number(values.get(name, existing.get(name))):
                    beside += (number, hash((name, one)), key)
        with self._lock:
            self._above.extend(above)
            self._beside.extend(beside)

    def wrote(self, written: Sequence[Written]) -> None:
        """These were written, and their rows stand for them."""
        if not self:
            return
        if self._mapped:  # else they were noted as Odoo held them, or are new and have no relatives
            self.note((one.record, one.id, NOTHING) for one in written)
        with self._lock:
            self._written.extend(one.id for one in written)

    def touched(self) -> Iterator[int]:
        """Hashes of the keys of records that a write to them or to a relative may have changed."""
        if self._above or self._beside:
            written = set(self._written)
            yield from self._touched_from_above(written)
            yield from self._touched_from_beside(written)

    def _touched_from_above(self, written: Set[int]) -> Iterator[int]:
        above = {parent for each, parent, _ in _threes(self._above) if parent and each in written}
        for each, parent, key in _threes(self._above):
            if (each in above or parent in above or parent in written) and not (self._own and each not in written):
                yield key

    def _touched_from_beside(self, written: Set[int]) -> Iterator[int]:
        members = Counter(group for _, group in {(each, group) for each, group, _ in _threes(self._beside)})
        moved = {group for each, group, _ in _threes(self._beside) if each in written and members[group] > 1}
        for each, group, key in _threes(self._beside):
            if group in moved and not (self._own and each not in written):
                yield key


def _threes(noted: array[int]) -> Noted:
    numbers = iter(noted)
    return zip(numbers, numbers, numbers, strict=True)


def _number(value: Any) -> int:
    """The id of a many2one, 0 for none."""
    return id_of_answered(value) or 0


@dataclass(frozen=True, slots=True)
class Ties:
    """The ties of one job.

    Attributes:
        behind: the models that a write to may change what the job has written.
        reaches: (model, field) that fields of the job are computed from: Odoo may write what it gets for one into the
            other, as it does with the e-mail address of a lead and of its partner.
    """

    behind: frozenset[str] = frozenset()
    reaches: frozenset[tuple[str, str]] = frozenset()

    def reach(self, model: str, names: Collection[str]) -> bool:
        """Whether they lead to one of these fields."""
        return any((model, name) in self.reaches for name in names)


def ties_of(
    model: str, fields: Mapping[str, TargetField], schema: Schema, beside: frozenset[str], *, kin: bool
) -> Ties:
    """The ties of a job.

    Args:
        fields: the mapped fields by name.
        beside: the models that other jobs write.
        kin: one of them writes the same fields of the same model, or records related to this job's.
    """
    own = frozenset({model})
    behind = own if kin else frozenset()
    computed = [name for name, one in fields.items() if one.depends and not one.computed]
    if not computed or not beside:
        return Ties(behind)
    dependents = schema.dependents(model)
    reaches = frozenset(one for one in dependents.reached(computed) if one[0] in beside)
    return Ties(behind | ((dependents.models_behind(computed) | own) & beside), reaches)
