"""Odoo is asked which records have which keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Key, Lookup
from odoo_etl.spec import EXTERNAL_ID, SOURCE_ID
from odoo_etl.sync.existing.external_ids import find_external_ids
from odoo_etl.sync.existing.preloading import Preloading
from odoo_etl.sync.existing.resolved import Ids
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.existing.sought import (
    Candidates,
    Rows,
    Sought,
    cased,
    condition,
    context_of,
    domain_of,
    product,
    under,
)
from odoo_etl.sync.existing.source_ids import KnownIds
from odoo_etl.sync.ports import Odoo


class Known(Protocol):
    """Answers that are known already (`lookups.Lookups`)."""

    @property
    def preloading(self) -> Preloading:
        """Answers what is asked again and again."""
        ...

    @property
    def source_ids(self) -> KnownIds:
        """Finds records by the ids that they have in the database which rows come from."""
        ...

    def find(self, lookup: Lookup, keys: set[Key]) -> Mapping[Key, Ids]:
        """Ids of the records with each key, remembered ones too."""
        ...


class PlannedRecords(Protocol):
    """Records that a plan would create (`dry_run.Planned`)."""

    def rows(self, model: str, wanted: Mapping[str, Collection[Any]]) -> list[dict[str, Any]]:
        """Those whose fields have the wanted values, as `search_read` would give them."""
        ...


class KeySearch:
    """Searches records by their keys.

    Args:
        known: answers other lookups: of the records that a dotted path leads through.
        planned: records that do not exist yet but that the plan would create (only for `plan`).
    """

    def __init__(
        self,
        client: Odoo,
        schema: Schema,
        context: Mapping[str, Any],
        known: Known,
        planned: PlannedRecords | None = None,
    ) -> None:
        self._client, self._schema, self._context = client, schema, context
        self._known, self._planned = known, planned

    def ids_of(self, lookup: Lookup, keys: Collection[Key]) -> dict[Key, Ids]:
        """Ids of the records with each key: one `search_read` on the model.

        A dotted path, or an external id, is looked up in its own model first.
        """
        if lookup.by == (EXTERNAL_ID,):
            return self._by_external_id(lookup, keys)
        if lookup.by == (SOURCE_ID,):
            return self._by_source_id(lookup, keys)
        if lookup.path:
            return self._by_path(lookup, keys)
        if lookup.set_of >= 0:
            return self._by_set(lookup, keys)
        return self._by_fields(lookup, keys)

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

    def _by_source_id(self, lookup: Lookup, keys: Collection[Key]) -> dict[Key, Ids]:
        """Records that came from others; what has gone since is not found, archived ones are."""
        found = self._known.source_ids.records(lookup.model, lookup.source_model, [number for (number,) in keys])
        every = {each for ids in found.values() for each in ids}
        there = self._standing(lookup, {each for each in every if each > 0}) | {each for each in every if each < 0}
        return {key: tuple(sorted(there.intersection(found.get(key[0], ())))) for key in keys}

    def _standing(self, lookup: Lookup, ids: Collection[int]) -> set[int]:
        """Those of the ids whose records are there, within the domain."""
        if not ids:
            return set()
        domain = [["id", "in", sorted(ids)], *domain_of(lookup)]
        context = {**context_of(lookup, self._context), "active_test": False}
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
        conditions = (condition(heads[number], one, any_case=lookup.ignore_case) for number, one in wanted.items())
        domain = [term for some in conditions for term in some]
        rows = self._client.search_read(
            lookup.model,
            [*(domain or self._with_any(lookup, keys)), *domain_of(lookup)],
            list(dict.fromkeys(heads)),
            load="_classic_write",
            context=context_of(lookup, self._context),
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
                else under(fields[head], row[head], wanted[number], any_case=any_case)
                for number, head in enumerate(heads)
            ]
            for key in set(product(parts)):
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
        return [[head, "in", sorted({each for ids in self._known.find(inner, names).values() for each in ids})]]

    def _names_of(self, lookup: Lookup, field: TargetField, ids: Collection[int]) -> dict[int, Any]:
        """Id to what records of an x2many field are named by."""
        rest = lookup.by[lookup.set_of].partition(".")[2]
        if not rest or not ids:
            return {each: each for each in ids}
        form = self._schema.find(field.relation, rest).comparable
        domain = [["id", "in", sorted(ids)]]
        rows = self._client.search_read(
            field.relation, domain, [rest], load="_classic_write", context=context_of(lookup, self._context)
        )
        return dict.fromkeys(ids) | {row["id"]: form(row[rest]) for row in rows}

    def _by_fields(self, lookup: Lookup, keys: Collection[Key]) -> dict[Key, Ids]:
        heads = [path.partition(".")[0] for path in lookup.by]
        values = [(head, self._candidates(lookup, position, keys)) for position, head in enumerate(heads)]
        sought = Sought(lookup, self._schema.fields(lookup.model, heads), keys, values)
        if not sought.is_possible:
            return dict.fromkeys(keys, ())
        rows = self._known.preloading.rows(sought, self._ask)
        return sought.ids_in([*rows, *(self._planned.rows(lookup.model, dict(values)) if self._planned else ())])

    def _ask(self, sought: Sought) -> Rows:
        lookup, names = sought.lookup, list(sought.fields)
        context = context_of(lookup, self._context)
        return self._client.search_read(lookup.model, sought.domain, names, load="_classic_write", context=context)

    def _candidates(self, lookup: Lookup, position: int, keys: Collection[Key]) -> Candidates:
        """For one part of the key: the value as Odoo holds it, to the values as the keys have it."""
        path = lookup.by[position]
        head, _, rest = path.partition(".")
        values = {key[position] for key in keys}
        field = self._schema.find(lookup.model, head)
        existing: dict[Any, list[Any]] = defaultdict(list)
        if not rest:
            form = field.type.comparable(field)
            for value in values:
                existing[cased(form(value), any_case=lookup.ignore_case)].append(value)
            return existing
        inner = Lookup(field.relation, (rest,), ignore_case=lookup.ignore_case, company=lookup.company)
        for (value,), ids in self._known.find(inner, {(value,) for value in values}).items():
            for each in ids:
                existing[each].append(value)
        return existing


def _cased_all(values: Iterable[Any], *, any_case: bool) -> Key:
    return tuple(sorted((cased(value, any_case=any_case) for value in values), key=str))
