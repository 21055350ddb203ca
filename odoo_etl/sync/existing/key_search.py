"""Odoo is asked which records have which keys."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Key, Lookup, Variant, in_one_case
from odoo_etl.spec import EXTERNAL_ID
from odoo_etl.sync.existing.external_ids import find_external_ids
from odoo_etl.sync.existing.resolved import Ids
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Odoo

IN_ANY_CASE = 100  # texts of one search that is to find them in any case: each is a condition of its own

Find = Callable[[Lookup, set[Key]], Mapping[Key, Ids]]
_Candidates = Mapping[Any, Sequence[Any]]


class PlannedRecords(Protocol):
    """Records that a plan would create (`dry_run.Planned`)."""

    def rows(self, model: str, wanted: Mapping[str, Collection[Any]]) -> list[dict[str, Any]]:
        """Those whose fields have the wanted values, as `search_read` would give them."""
        ...


class KeySearch:
    """Searches records by their keys.

    Args:
        find: answers lookups, remembered ones too: of the records that a dotted path leads through.
        planned: records that do not exist yet but that the plan would create (only for `plan`).
    """

    def __init__(
        self,
        client: Odoo,
        schema: Schema,
        context: Mapping[str, Any],
        find: Find,
        planned: PlannedRecords | None = None,
    ) -> None:
        self._client, self._schema, self._context = client, schema, context
        self._find, self._planned = find, planned

    def ids_of(self, lookup: Lookup, keys: Collection[Key]) -> dict[Key, Ids]:
        """Ids of the records with each key: one `search_read` on the model.

        A dotted path, or an external id, is looked up in its own model first.
        """
        if lookup.by == (EXTERNAL_ID,):
            return self._by_external_id(lookup, keys)
        if lookup.path:
            return self._by_path(lookup, keys)
        if lookup.set_of >= 0:
            return self._by_set(lookup, keys)
        if not lookup.ignore_case:
            return self._by_fields(lookup, keys)
        found: dict[Key, Ids] = {}
        for some in slices(keys, IN_ANY_CASE):
            found.update(self._by_fields(lookup, some))
        return found

    def _by_external_id(self, lookup: Lookup, keys: Collection[Key]) -> dict[Key, Ids]:
        """Records that are archived are found, too: an external id has but one record."""
        names: dict[str, set[str]] = defaultdict(set)
        for (whole,) in keys:
            module, _, name = whole.partition(".")
            names[module].add(name)
        named: dict[Key, int] = {}
        for module, some in sorted(names.items()):
            for name, (record_id, model) in find_external_ids(self._client, module, sorted(some)).items():
                if model == lookup.model and record_id:
                    named[f"{module}.{name}",] = record_id
        there = self._standing(lookup, set(named.values()))
        for row in (
            self._planned.rows(lookup.model, {EXTERNAL_ID: [whole for (whole,) in keys]}) if self._planned else ()
        ):
            named[row[EXTERNAL_ID],] = row["id"]
            there.add(row["id"])
        return {key: (named[key],) if named.get(key) in there else () for key in keys}

    def _context_of(self, lookup: Lookup) -> Mapping[str, Any]:
        return {**self._context, **Variant(company=lookup.company).context}

    def _standing(self, lookup: Lookup, ids: Collection[int]) -> set[int]:
        """Those of the ids whose records are there, within the domain."""
        if not ids:
            return set()
        domain = [["id", "in", sorted(ids)], *_also(lookup)]
        context = {**self._context_of(lookup), "active_test": False}
        return {row["id"] for row in self._client.search_read(lookup.model, domain, ["id"], context=context)}

    def _by_path(self, lookup: Lookup, keys: Collection[Key]) -> dict[Key, Ids]:
        """The records at the ends of ways through a tree: one call a level."""
        mark, parent = lookup.path or ("", "")
        ways = {key: tuple(key[0].split(mark)) for key in keys}
        level = lookup._replace(by=(*lookup.by, parent), domain="", path=())
        found: dict[tuple[str, ...], Ids] = {(): (0,)}
        for depth in range(1, max(map(len, ways.values())) + 1):
            begun = sorted({way[:depth] for way in ways.values() if len(way) >= depth})
            asked = {way: [(way[-1], above or False) for above in found[way[:-1]]] for way in begun}
            ids = self.ids_of(level, {key for some in asked.values() for key in some})
            found |= {way: tuple(each for key in some for each in ids[key]) for way, some in asked.items()}
        ends = {key: found[way] for key, way in ways.items()}
        if not lookup.domain:
            return ends
        there = self._standing(lookup, {each for some in ends.values() for each in some})
        return {key: tuple(each for each in some if each in there or each < 0) for key, some in ends.items()}  # planned

    def _by_set(self, lookup: Lookup, keys: Collection[Key]) -> dict[Key, Ids]:
        """The records whose x2many field holds just the records of a key: two calls, and those for the other parts."""
        place, heads = lookup.set_of, [path.partition(".")[0] for path in lookup.by]
        wanted = {number: self._candidates(lookup, number, keys) for number in range(len(lookup.by)) if number != place}
        if not all(wanted.values()):
            return dict.fromkeys(keys, ())
        fields = self._schema.fields(lookup.model, heads)
        conditions = (_condition(heads[number], one, any_case=lookup.ignore_case) for number, one in wanted.items())
        domain = [term for some in conditions for term in some]
        rows = self._client.search_read(
            lookup.model,
            [*(domain or self._with_any(lookup, keys)), *_also(lookup)],
            list(dict.fromkeys(heads)),
            load="_classic_write",
            context=self._context_of(lookup),
        )
        names = self._names_of(lookup, fields[heads[place]], {each for row in rows for each in row[heads[place]]})
        any_case, found = lookup.ignore_case, defaultdict[Key, list[int]](list)
        sets = defaultdict[Key, list[Key]](list)
        for each in {key[place] for key in keys}:
            sets[_cased_all(each, any_case=any_case)].append(each)
        for row in rows:
            parts = [
                sets.get(_cased_all([names[each] for each in row[head]], any_case=any_case), ())
                if number == place
                else _under(fields[head], row[head], wanted[number], any_case=any_case)
                for number, head in enumerate(heads)
            ]
            for key in set(_product(parts)):
                found[key].append(row["id"])
        return {key: tuple(found.get(key, ())) for key in keys}

    def _with_any(self, lookup: Lookup, keys: Collection[Key]) -> list[Any]:
        """The domain of records that hold any of those that are named."""
        head, _, rest = lookup.by[lookup.set_of].partition(".")
        names = {(each,) for key in keys for each in key[lookup.set_of]}
        inner = Lookup(
            self._schema.find(lookup.model, head).relation,
            (rest or "id",),
            ignore_case=lookup.ignore_case,
            company=lookup.company,
        )
        return [[head, "in", sorted({each for ids in self._find(inner, names).values() for each in ids})]]

    def _names_of(self, lookup: Lookup, field: TargetField, ids: Collection[int]) -> dict[int, Any]:
        """Id to what records of an x2many field are named by."""
        rest = lookup.by[lookup.set_of].partition(".")[2]
        if not rest or not ids:
            return {each: each for each in ids}
        form = self._schema.find(field.relation, rest).comparable
        domain = [["id", "in", sorted(ids)]]
        rows = self._client.search_read(
            field.relation, domain, [rest], load="_classic_write", context=self._context_of(lookup)
        )
        return dict.fromkeys(ids) | {row["id"]: form(row[rest]) for row in rows}

    def _by_fields(self, lookup: Lookup, keys: Collection[Key]) -> dict[Key, Ids]:
        heads = [path.partition(".")[0] for path in lookup.by]
        wanted = [self._candidates(lookup, position, keys) for position in range(len(lookup.by))]
        if not all(wanted):  # a record that the path leads through is missing already
            return dict.fromkeys(keys, ())
        fields = self._schema.fields(lookup.model, heads)
        domain = [
            term
            for head, path, values in zip(heads, lookup.by, wanted, strict=True)
            for term in _condition(head, values, any_case=lookup.ignore_case and head == path)
        ]
        rows = self._client.search_read(
            lookup.model,
            [*domain, *_also(lookup)],
            list(dict.fromkeys(heads)),
            load="_classic_write",
            context=self._context_of(lookup),
        )
        if self._planned:
            rows += self._planned.rows(lookup.model, dict(zip(heads, wanted, strict=True)))
        found: dict[Key, list[int]] = defaultdict(list)
        for row in rows:
            parts = [
                _under(fields[head], row[head], values, any_case=lookup.ignore_case)
                for head, values in zip(heads, wanted, strict=True)
            ]
            for key in _product(parts):
                found[key].append(row["id"])
        return {key: tuple(found.get(key, ())) for key in keys}

    def _candidates(self, lookup: Lookup, position: int, keys: Collection[Key]) -> _Candidates:
        """For one part of the key: the value as Odoo holds it, to the values as the keys have it."""
        path = lookup.by[position]
        head, _, rest = path.partition(".")
        values = {key[position] for key in keys}
        field = self._schema.find(lookup.model, head)
        existing: dict[Any, list[Any]] = defaultdict(list)
        if not rest:
            form = field.type.comparable(field)
            for value in values:
                existing[_cased(form(value), any_case=lookup.ignore_case)].append(value)
            return existing
        inner = Lookup(field.relation, (rest,), ignore_case=lookup.ignore_case, company=lookup.company)
        for (value,), ids in self._find(inner, {(value,) for value in values}).items():
            for each in ids:
                existing[each].append(value)
        return existing


def slices(keys: Iterable[Key], size: int) -> Iterator[list[Key]]:
    """The keys, so many at once."""
    every = iter(keys)
    while some := list(islice(every, size)):
        yield some


def _also(lookup: Lookup) -> list[Any]:
    """The domain that a job gives a lookup."""
    domain: list[Any] = json.loads(lookup.domain) if lookup.domain else []
    return domain


def _cased(value: Any, *, any_case: bool) -> Any:
    return in_one_case(value) if any_case else value


def _cased_all(values: Iterable[Any], *, any_case: bool) -> Key:
    return tuple(sorted((_cased(value, any_case=any_case) for value in values), key=str))


def _condition(head: str, values: _Candidates, *, any_case: bool) -> list[Any]:
    """The domain that finds records with one of the values."""
    every = listed(values)
    if not any_case or not all(isinstance(value, str) for value in every):
        return [[head, "in", every]]
    return in_any_case(head, every)


def in_any_case(head: str, texts: Sequence[Any]) -> list[Any]:
    """The domain that finds records with one of the texts, whatever their case; empty ones as they are."""
    terms = [[head, "=ilike", literal(one)] if one else [head, "=", one] for one in texts]
    return ["|"] * (len(terms) - 1) + terms


def literal(text: str) -> str:
    """A text as a pattern of `like` that means just this text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _under(field: TargetField, existing: Any, values: _Candidates, *, any_case: bool) -> Sequence[Any]:
    """The wanted values that a record has in a field; an x2many on the way leads to several records."""
    if not field.type.is_many:
        return values.get(_cased(field.comparable(existing), any_case=any_case), ())
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
