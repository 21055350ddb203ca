"""Lookups: the keys of other records to their ids."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Key, Lookup, Record, Reject, fold
from odoo_etl.sync.existing.resolved import Ids, answers_to, asked_in, asking_values, with_ids
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Odoo


class PlannedRecords(Protocol):
    """Records that a plan would create (`planned.Planned`)."""

    def rows(self, model: str, wanted: Mapping[str, Collection[Any]]) -> list[dict[str, Any]]:
        """Those whose fields have the wanted values, as `search_read` would give them."""
        ...


CACHED_KEYS = 200_000


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
        values = asking_values(records, self._names)
        if not values:
            return [fold(record.parts) if record.parts else record for record in records], []
        found = {lookup: self.find(lookup, keys) for lookup, keys in asked_in(values).items()}
        return with_ids(records, self._names, answers_to(values, found, last=last))

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
