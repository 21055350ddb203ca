"""Lookups: the keys of other records to their ids."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from odoo_etl.fieldtypes import IdList, TargetField
from odoo_etl.mapping import CLEAR, Flaw, Key, Lookup, Record, Ref, RefList, Reject, fold, joined
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Odoo

Ids = tuple[int, ...]
Answers = Mapping[Lookup, Mapping[Key, Ids]]


class PlannedRecords(Protocol):
    """Records that a plan would create (`planned.Planned`)."""

    def rows(self, model: str, wanted: Mapping[str, Collection[Any]]) -> list[dict[str, Any]]:
        """Those whose fields have the wanted values, as `search_read` would give them."""
        ...


CACHED_KEYS = 200_000
_ASKING = (Ref, RefList)


class Lookups:
    """Answers lookups, each (model, fields) with one `search_read` for all keys of a chunk, and remembers them.

    Args:
        fields: the fields whose values may be lookups.
        growing: the model that the job itself writes; that a record is missing there is never remembered.
        planned: records that do not exist yet but that the plan would create (only for `plan`).
        cached_keys: how many answers to keep for each lookup; with more they start anew.
    """

    def __init__(  # noqa: PLR0913 - options by keyword
        self,
        client: Odoo,
        schema: Schema,
        context: Mapping[str, Any],
        *,
        fields: Iterable[str] = (),
        growing: str = "",
        planned: PlannedRecords | None = None,
        cached_keys: int = CACHED_KEYS,
    ) -> None:
        self._client, self._schema, self._context = client, schema, context
        self._names, self._cached_keys = tuple(fields), cached_keys
        self._growing, self._planned = growing, planned
        self._answers: dict[Lookup, dict[Key, Ids]] = defaultdict(dict)
        self._locks: dict[Lookup, threading.Lock] = {}
        self._guard = threading.Lock()

    def resolve(self, records: Sequence[Record], *, last: bool = False) -> tuple[list[Record], list[Reject]]:
        """Records with ids in place of keys, and rejects for those whose lookups have no single answer.

        A missing record whose lookup says `defer` leaves its field out, and the record as it was in `Record.later`;
        with `last` there is no later, and such a row is a reject.
        """
        if not self._names:
            return [fold(record.parts) if record.parts else record for record in records], []
        wanted = [part.values for record in records for part in record.parts or (record,)]
        answers = self._answers_to([values.get(name) for name in self._names for values in wanted], last=last)
        rejects: list[Reject] = []
        ready = [done for one in records if (done := _resolved(one, self._names, answers, rejects))]
        return ready, rejects

    def _answers_to(self, values: Iterable[Any], *, last: bool) -> dict[int, _Answer]:
        """The answers to the lookups in values, by `id`: the mapper gives equal cells of a chunk the same value."""
        asking = {id(value): value for value in values if type(value) in _ASKING}
        asked: dict[Lookup, set[Key]] = defaultdict(set)
        for value in asking.values():
            for ref in _refs(value):
                asked[ref.lookup].add(ref.key)
        found = {lookup: self.find(lookup, keys) for lookup, keys in asked.items()}
        return {place: _answer(value, found, last=last) for place, value in asking.items()}

    def find(self, lookup: Lookup, keys: set[Key]) -> dict[Key, Ids]:
        """Ids of the records with each key; none or several where the key is unknown or ambiguous."""
        with self._guard:
            lock = self._locks.setdefault(lookup, threading.Lock())
        with lock:  # lanes that need the same answers wait for them instead of asking again
            known = self._answers[lookup]
            missing = {key for key in keys if key not in known}
            fresh = self._ask(lookup, missing) if missing else {}
            answers = {key: known[key] for key in keys if key in known} | fresh
            if len(known) + len(fresh) > self._cached_keys:
                known.clear()
            known.update(fresh.items() if lookup.model != self._growing else [one for one in fresh.items() if one[1]])
        return answers

    def _ask(self, lookup: Lookup, keys: set[Key]) -> dict[Key, Ids]:
        """One `search_read` on the model; a dotted path is looked up in its own model first."""
        heads = [path.partition(".")[0] for path in lookup.by]
        wanted = [self._candidates(lookup, position, keys) for position in range(len(lookup.by))]
        if not all(wanted):  # a record that the path leads through is missing already
            return dict.fromkeys(keys, ())
        domain = [[head, "in", listed(values)] for head, values in zip(heads, wanted, strict=True)]
        rows = self._client.search_read(
            lookup.model, domain, list(dict.fromkeys(heads)), load="_classic_write", context=self._context
        )
        if self._planned:
            rows += self._planned.rows(lookup.model, dict(zip(heads, wanted, strict=True)))
        fields = self._schema.fields(lookup.model, heads)
        found: dict[Key, list[int]] = defaultdict(list)
        for row in rows:
            parts = [_under(fields[head], row[head], values) for head, values in zip(heads, wanted, strict=True)]
            for key in _product(parts):
                found[key].append(row["id"])
        return {key: tuple(found.get(key, ())) for key in keys}

    def _candidates(self, lookup: Lookup, position: int, keys: set[Key]) -> dict[Any, list[Any]]:
        """For one part of the key: the value as Odoo holds it, to the values as the keys have it."""
        path = lookup.by[position]
        head, _, rest = path.partition(".")
        values = {key[position] for key in keys}
        field = self._schema.find(lookup.model, head)
        existing: dict[Any, list[Any]] = defaultdict(list)
        if not rest:
            form = field.type.comparable(field)
            for value in values:
                existing[form(value)].append(value)
            return existing
        for (value,), ids in self.find(Lookup(field.relation, (rest,)), {(value,) for value in values}).items():
            for each in ids:
                existing[each].append(value)
        return existing


class _Answer(NamedTuple):
    """The answer to a lookup: the value with ids in place of keys, unless it waits for records or has flaws."""

    value: int | bool | IdList = False
    flaws: Sequence[Flaw] = ()
    waits: bool = False


def _resolved(
    record: Record, names: Iterable[str], answers: Mapping[int, _Answer], rejects: list[Reject]
) -> Record | None:
    """The part of a record that remains; None when none of its rows does."""
    if not record.parts:
        return _with_ids(record, names, answers, rejects)
    standing = [(part, done) for part in record.parts if (done := _with_ids(part, names, answers, rejects))]
    if not standing:
        return None
    folded = fold([done for _, done in standing])
    if any(done.later for _, done in standing):
        folded.later = joined([part for part, _ in standing])
    return folded


def _with_ids(
    part: Record, names: Iterable[str], answers: Mapping[int, _Answer], rejects: list[Reject]
) -> Record | None:
    """A row with ids in place of keys; None when a lookup has no answer, which `rejects` then tell."""
    values, later = part.values.copy(), None
    flaws: list[Flaw] = []
    for name in names:
        answer = answers.get(id(values.get(name)))
        if answer is None:  # a plain value
            continue
        if answer.waits:
            del values[name]
            later = part
        elif answer.flaws:
            flaws += [replace(flaw, field=name) for flaw in answer.flaws]
        else:
            values[name] = answer.value
    if not flaws:
        return Record(part.key, values, part.rows, (), later)
    rejects += [Reject(row, tuple(flaws)) for row in part.rows]
    return None


def _answer(value: Ref | RefList, found: Answers, *, last: bool) -> _Answer:
    refs = _refs(value)
    if not last and any(ref.on_missing == "defer" and not found[ref.lookup][ref.key] for ref in refs):
        return _Answer(waits=True)
    ids = [_single(ref, found[ref.lookup][ref.key]) for ref in refs]
    if flaws := [each for each in ids if isinstance(each, Flaw)]:
        return _Answer(flaws=flaws)
    if isinstance(value, RefList):
        return _Answer(IdList(tuple(sorted({each for each in ids if each is not CLEAR})), value.command))
    return _Answer(ids[0])


def _refs(value: Ref | RefList) -> Sequence[Ref]:
    return (value,) if isinstance(value, Ref) else value.refs


def _under(field: TargetField, existing: Any, values: Mapping[Any, Sequence[Any]]) -> Sequence[Any]:
    """The wanted values that a record has in a field; an x2many on the way leads to several records."""
    if not field.type.is_many:
        return values.get(field.comparable(existing), ())
    return list(dict.fromkeys(value for each in existing for value in values.get(each, ())))


def listed(values: Mapping[Any, Any]) -> list[Any]:
    """The values in a stable order, so that equal questions look equal in a log."""
    try:
        return sorted(values)
    except TypeError:  # text beside False
        return sorted(values, key=lambda value: (str(type(value)), value))


def _product(parts: Sequence[Sequence[Any]]) -> Iterable[Key]:
    keys: list[Key] = [()]
    for values in parts:
        keys = [(*key, value) for key in keys for value in values]
    return keys


def _single(ref: Ref, ids: Ids) -> Any:
    """The id of the one record that has the key, `CLEAR` where there may be none, or a flaw."""
    if len(ids) == 1:
        return f"{ref.lookup.model},{ids[0]}" if ref.named else ids[0]
    asked = ", ".join(f"{path} = {part!r}" for path, part in zip(ref.lookup.by, ref.key, strict=True))
    if ids:
        some = ", ".join(map(str, sorted(ids)[:10]))
        return Flaw("lookup", "ambiguous_lookup", f"{len(ids)} records of {ref.lookup.model} have {asked}: ids {some}")
    if ref.on_missing != "empty":
        return Flaw("lookup", "lookup_missing", f"no {ref.lookup.model} has {asked}")
    return CLEAR
