"""Records and what Odoo holds now, to a plan: Create, Update, Unchanged, Skipped or Reject. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from odoo_etl.fieldtypes import Same
from odoo_etl.mapping import OWN, Flaw, Key, Record, Variant, VariantValues, in_any_case
from odoo_etl.planning.changes import (
    ADOPTED,
    Create,
    Existing,
    LineChanges,
    NoChange,
    Pair,
    Plan,
    Update,
    VariantChanges,
    reject_all,
)
from odoo_etl.planning.children import LinePlanner
from odoo_etl.planning.dependents import Dependents
from odoo_etl.planning.left_alone import absent
from odoo_etl.planning.rules import RecordRules, difference


class Planner:
    """Plans chunks of one job.

    Args:
        mode: create, update, upsert or mirror; also to be read from the planner.
        rejects_absent: with mode update, rows whose record Odoo lacks are rejects.
        rules: the same.
        deferred: the fields that may be written only when all records are there.
    """

    def __init__(
        self, mode: str, rules: RecordRules, *, deferred: Collection[str] = (), rejects_absent: bool = False
    ) -> None:
        self.mode, self.rules, self._deferred, self._rejects_absent = mode, rules, deferred, rejects_absent
        fields = rules.fields
        self._key, self._currencies = rules.key, rules.currencies
        forms = {name: fields[name].type.comparable(fields[name]) for name in rules.key}
        self._key_forms = [(name, in_any_case(form) if rules.any_case else form) for name, form in forms.items()]
        self._key_is_text = not rules.any_case and all(fields[name].type.is_text for name in rules.key)
        self._files = [name for name, one in fields.items() if one.is_computed_file]  # Odoo may keep it of one alone
        self._required = [name for name, one in fields.items() if one.required and not one.type.never_empty]
        self._comparers: dict[str, Same] = {name: one.comparer() for name, one in fields.items()}
        self._lines = {name: LinePlanner(Planner("upsert", one), one.rest) for name, one in rules.children.items()}

    def plan(
        self,
        records: Sequence[Record],
        existing: Mapping[Key, Sequence[Existing]],
        flaws: Mapping[Key, Flaw] = MappingProxyType({}),
        *,
        own: bool = False,
        begun: Collection[int] = (),
    ) -> Plan:
        """Plan records (lookups resolved) against what Odoo holds under their keys or external ids.

        Args:
            flaws: why nothing can be written under a key.
            own: the run has just created these records: the mode does not keep it from finishing them.
            begun: ids of records that the job has created and not finished: they get what waited for others.
        """
        plan = Plan()
        for record in records:
            key = self.key_of(record)
            if key in flaws:
                plan.rejects.extend(reject_all(record, flaws[key]))
            else:
                self._plan_one(record, existing.get(key, ()), plan, own=own, begun=begun)
        return plan

    def key_of(self, record: Record) -> Key:
        """The key that a record is found by: its external id, or its key as `key_in` has it."""
        if not self._key or (self._key_is_text and all(record.key)):  # most often, three times for each record
            return record.key
        return self.key_in(record.values)

    def key_in(self, values: Mapping[str, Any]) -> Key:
        """The key of a record, ours or Odoo's, in a form in which equal keys are equal values."""
        if self._key_is_text:
            return tuple([values.get(name) or False for name in self._key])
        return tuple([form(values.get(name, False)) for name, form in self._key_forms])

    def _plan_one(
        self, record: Record, found: Sequence[Existing], plan: Plan, *, own: bool, begun: Collection[int]
    ) -> None:
        if len(found) > 1:
            plan.rejects.extend(reject_all(record, self._ambiguous(record, found)))
        elif found and self.mode == "create" and not own:
            self._left_alone(record, found[0], plan, begun)
        elif found:
            self._existing(record, found[0], plan, finishing=found[0]["id"] in begun)
        elif self.mode == "update" and self._rejects_absent:
            plan.rejects.extend(reject_all(record, absent(record, self._key)))
        elif self.mode == "update":
            plan.skipped.append(NoChange(record, None))
        else:
            self._missing(record, plan)

    def _left_alone(self, record: Record, found: Existing, plan: Plan, begun: Collection[int]) -> None:
        """Leave what is there as it is, but for what the job still owes to a record that it created itself."""
        owing = self._owing(record, found) if found["id"] in begun else None
        if owing is not None and owing.differs:
            plan.updates.append(owing)
        else:
            plan.skipped.append(NoChange(record, found["id"]))

    def _owing(self, record: Record, found: Existing) -> Update:
        """The update that finishes a record which the job has created and that nobody else has completed since."""
        first = _with_own_texts(record.parts[0] if record.parts else record, found)
        late = [*self._deferred, *self._files]
        owed = {name: first.values[name] for name in late if first.values.get(name) and not found.get(name)}
        changes, variants = difference(owed, found, self._comparers), []
        for variant, values in first.variants:
            made = {name: found.get(name, False) if variant.language else False for name in values}
            left = {name: value for name, value in values.items() if found.get(variant.path(name), False) == made[name]}
            variants.append(VariantChanges(variant, self._in_variant(variant, left, found)))
        return Update(record, found["id"], changes, found, variants=tuple([one for one in variants if one.changes]))

    def _existing(self, record: Record, found: Existing, plan: Plan, *, finishing: bool) -> None:
        update = self.update_of(record, found, finishing=finishing)
        if ADOPTED in found:
            update = replace(update or Update(record, found["id"], {}, found), adopts=record.key[0])
        if update is None:
            plan.unchanged.append(NoChange(record, found["id"]))
        elif unclear := update.every_unclear:
            plan.rejects.extend(reject_all(record, _unclear(unclear)))
        elif update.children and (empty := self._lacking_in(update.children)):
            plan.rejects.extend(reject_all(record, _required("line", empty)))
        else:
            plan.updates.append(update)

    def update_of(self, record: Record, found: Existing, *, finishing: bool = False) -> Update | None:
        """The differences between a record and what Odoo has of it; None where nothing differs."""
        if self.rules.spares:
            record = self._without_spared(record, found, finishing=finishing)
        changes = difference(self._currencies.as_kept(record.values, found), found, self._comparers)
        if record.children or record.variants:
            record = _with_own_texts(record, found)
            children, variants = self._children(record, found), self._variants(record, found, changes)
            update = Update(record, found["id"], changes, found, children=children, variants=variants)
            return update if update.differs else None
        return Update(record, found["id"], changes, found) if changes else None

    def _without_spared(self, record: Record, found: Existing, *, finishing: bool) -> Record:
        """The record without the fields that stay as Odoo has them; what waited for others is written in any case."""
        due = frozenset(self._deferred) if finishing else frozenset[str]()

        def stays(name: str, variant: Variant) -> bool:
            path = variant.path(name)
            kept = found.get(path, False)
            if variant.language and kept == found.get(name, False):
                kept = False  # for lack of a text of its own, a language shows that of the job's
            return name not in due and self.rules.leaves(name, kept, finishing=finishing and path in found)

        def left(values: Mapping[str, Any], variant: Variant = OWN) -> dict[str, Any]:
            return {name: value for name, value in values.items() if not stays(name, variant)}

        variants = tuple([VariantValues(one.variant, left(one.values, one.variant)) for one in record.variants])
        return replace(record, values=left(record.values), variants=variants)

    def _children(self, record: Record, found: Existing) -> tuple[LineChanges, ...]:
        some = record.some_rows
        planned = [self._lines[one.name].changes(one, found[one.name], some=some) for one in record.children]
        return tuple([one for one in planned if one.differs])

    def stood_for(self, record: Record, found: Existing, path: str = "") -> Iterator[tuple[str, Existing]]:
        """The lines of Odoo that those of a record stand for, at any depth, each with the path of its field."""
        for one in record.children:
            yield from self._lines[one.name].stood_for(one, found[one.name], path, some=record.some_rows)

    def _variants(self, record: Record, found: Existing, own: Collection[str]) -> tuple[VariantChanges, ...]:
        planned = []
        for variant, values in record.variants:
            changes = self._in_variant(variant, values, found)
            if variant.language and own:
                changes |= _shown_till_now(variant, values, found, own)
            planned.append(VariantChanges(variant, changes))
        return tuple([one for one in planned if one.changes])

    def _in_variant(self, variant: Variant, values: Mapping[str, Any], found: Existing) -> dict[str, Pair]:
        existing = {name: found.get(variant.path(name), False) for name in values}
        return self.differences(values, {**found, **existing})

    def differences_by_path(self, record: Record, found: Existing, paths: Collection[str]) -> dict[str, Pair]:
        """The differences in some values of a record, by `Variant.path`."""
        own = {name: value for name, value in record.values.items() if name in paths}
        differing = self.differences(own, found)
        for variant, values in record.variants:
            some = {name: value for name, value in values.items() if variant.path(name) in paths}
            differing |= {variant.path(name): pair for name, pair in self._in_variant(variant, some, found).items()}
        return differing

    def differences(self, values: Mapping[str, Any], found: Existing) -> dict[str, tuple[Any, Any]]:
        """Field to (what the record has, what it should have), for the fields that differ."""
        return difference(self._currencies.as_kept(values, found), found, self._comparers)

    def _missing(self, record: Record, plan: Plan) -> None:
        if self.mode == "create" and record.parts:  # the first row makes the record, the others find it there
            first = record.parts[0]
            record = replace(record, values=first.values, later=first.later, variants=first.variants)
        empty = self.lacking(record) if self._required or record.children else ()
        if empty and record.parts:
            plan.apart.append(record)
        elif empty:
            plan.rejects.extend(reject_all(record, _required("record", empty)))
        else:
            plan.creates.append(Create(self.as_created(record)))

    def lacking(self, record: Record) -> list[str]:
        """The fields of a new record, and those of its lines, that must have a value and have none."""
        empty = [name for name in self._required if record.values.get(name) is False]
        for one in record.children:
            empty += [f"{one.name}{path}" for path in self._lines[one.name].lacking(one.records)]
        return empty

    def _lacking_in(self, children: Iterable[LineChanges]) -> list[str]:
        """The same of the new lines of a record that Odoo has."""
        empty: list[str] = []
        for one in children:
            planner = self._lines[one.name].planner
            for label, line in one.creates.items():
                empty += [f"{one.name}[{label}].{name}" for name in planner.lacking(line.record)]
        return empty

    def as_created(self, record: Record) -> Record:
        """The new record with amounts as their currency keeps them, which `create` does not always do itself."""
        record = _with_own_texts(record, {})
        if not self._currencies.currency_fields and not record.children:
            return record
        values = self._currencies.as_kept(record.values, {})
        if record.children:
            children = tuple([self._lines[one.name].as_created(one) for one in record.children])
            return replace(record, values=dict(values), children=children)
        return record if values is record.values else replace(record, values=dict(values))

    def _ambiguous(self, record: Record, found: Sequence[Existing]) -> Flaw:
        ids = sorted(one["id"] for one in found)
        some = ", ".join(map(str, ids[:10])) + (", …" if len(ids) > 10 else "")
        key = ", ".join(f"{name} = {value!r}" for name, value in zip(self._key, self.key_of(record), strict=True))
        reason = f"{len(ids)} records in Odoo have {key}: ids {some}; merge them or narrow key_domain"
        return Flaw("plan", "ambiguous_key", reason, ", ".join(self._key))


def _with_own_texts(record: Record, found: Existing) -> Record:
    """The record as Odoo can hold it: a language whose text is cleared shows that of the job's own language."""
    if not record.variants:
        return record
    texts = {**found, **record.values}
    variants = tuple([VariantValues(one.variant, _shown_in(one, texts)) for one in record.variants])
    return record if variants == record.variants else replace(record, variants=variants)


def _shown_in(one: VariantValues, texts: Mapping[str, Any]) -> dict[str, Any]:
    if not one.variant.language or all(one.values.values()):
        return one.values
    return {name: value or texts[name] for name, value in one.values.items() if value or name in texts}


def _shown_till_now(
    variant: Variant, values: Mapping[str, Any], found: Existing, own: Collection[str]
) -> dict[str, Pair]:
    """Texts that are as they should be, perhaps for lack of a translation only: the own text, which is to change."""
    kept = {name: found.get(variant.path(name), False) for name in values if name in own}
    return {name: (old, old) for name, old in kept.items() if old == values[name] == found.get(name, False)}


def _required(what: str, names: Iterable[str]) -> Flaw:
    return Flaw("plan", "required", f"Odoo requires a value for a new {what}", ", ".join(names))


def _unclear(paths: Sequence[str]) -> Flaw:
    reason = (
        "lines without a key of their own differ from those that Odoo has, and not all rows of the record are here, so"
        " that nobody knows which line is which: run the job over its whole source, or give the lines a `key`"
    )
    return Flaw("plan", "lines_unclear", reason, ", ".join(paths))


def spared(update: Update, dependents: Dependents, rules: RecordRules) -> set[str]:
    """The fields that the job leaves as they are, and that Odoo would compute anew because of the update."""
    names = dependents.of(update.changes) & (rules.only_new | rules.if_empty)
    return {
        name for name in names - update.sent.keys() if dependents.takes(name) and not rules.fields[name].type.is_file
    }


def kept_along(update: Update, dependents: Dependents, rules: RecordRules) -> Update:
    """The update with what Odoo holds in such fields, so that it stays there; what is empty is Odoo's to fill."""
    types = {name: rules.fields[name].type for name in spared(update, dependents, rules)}
    held = {name: update.existing.get(name, False) for name in types}
    along = {name: (old, types[name].from_answered(old)) for name, old in held.items() if not types[name].is_empty(old)}
    return replace(update, along={**update.along, **along}) if along else update


def lines_along(update: Update, rules: RecordRules, dependents_of: Callable[[str], Dependents]) -> Update:
    """The update whose lines have the mapped fields that Odoo would compute anew because of what differs in them.

    Args:
        dependents_of: by the model of lines.
    """
    return replace(update, children=tuple([_along(one, rules, dependents_of) for one in update.children]))


def _along(changes: LineChanges, rules: RecordRules, dependents_of: Callable[[str], Dependents]) -> LineChanges:
    own = rules.children[changes.name]
    updates = {
        label: sent_along(lines_along(one, own, dependents_of), dependents_of(own.model))
        for label, one in changes.updates.items()
    }
    return replace(changes, updates=updates)


def sent_along(update: Update, dependents: Dependents) -> Update:
    """The update with the mapped fields that Odoo would compute anew because of its changes."""
    written = [*update.changes, *(one.name for one in update.children)] if update.children else update.changes
    recomputed = dependents.of(written) - update.changes.keys()
    along = {
        name: (update.existing.get(name, False), value)
        for name, value in update.record.values.items()
        if name in recomputed and dependents.takes(name)
    }
    return replace(update, along=along) if along else update
