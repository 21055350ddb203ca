"""The records that a lookup seeks: by which values of their fields, and which of them have which keys."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Key, Lookup, Variant, in_one_case
from odoo_etl.sync.existing.conditions import IN_ANY_CASE, condition, slices
from odoo_etl.sync.existing.resolved import Ids

Candidates = Mapping[Any, Sequence[Any]]  # a value as Odoo holds it, to the values as the keys have it
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sought:
    """The records with some keys of a lookup.

    Attributes:
        fields: those of the model that the lookup is by, by name.
        values: for each part of the keys, the name of its field, and what is wanted there.
    """

    lookup: Lookup
    fields: Mapping[str, TargetField]
    keys: Collection[Key]
    values: Sequence[tuple[str, Candidates]]

    @property
    def is_possible(self) -> bool:
        """Whether any record may be found: those that dotted paths lead through are there."""
        return all(candidates for _, candidates in self.values)

    @property
    def domain(self) -> list[Any]:
        """The domain that finds them."""
        terms: list[Any] = []
        for (head, candidates), path in zip(self.values, self.lookup.by, strict=True):
            terms += condition(head, candidates, any_case=self.lookup.ignore_case and head == path)
        return [*terms, *domain_of(self.lookup)]

    def only(self, keys: Collection[Key]) -> Sought:
        """Those with some of the keys."""
        parts = [set(part) for part in zip(*keys, strict=True)]
        values = [
            (head, {value: some for value, some in candidates.items() if not part.isdisjoint(some)})
            for (head, candidates), part in zip(self.values, parts, strict=True)
        ]
        return replace(self, keys=keys, values=values)

    def in_parts(self) -> Iterator[Sought]:
        """Parts that one search each can ask for: in any case, each text is a condition of its own."""
        if not self.lookup.ignore_case:
            yield self
            return
        for some in slices(self.keys, IN_ANY_CASE):
            if (part := self.only(some)).is_possible:
                yield part

    def keys_of(self, row: Mapping[str, Any]) -> list[Key]:
        """The keys of which a record has the values."""
        any_case = self.lookup.ignore_case
        return product([under(self.fields[head], row[head], some, any_case=any_case) for head, some in self.values])

    def ids_in(self, rows: Iterable[Mapping[str, Any]]) -> dict[Key, Ids]:
        """Key to the ids of the records that have it."""
        found: dict[Key, list[int]] = defaultdict(list)
        for row in rows:
            for key in self.keys_of(row):
                found[key].append(row["id"])
        return {key: tuple(found.get(key, ())) for key in self.keys}


def domain_of(lookup: Lookup) -> list[Any]:
    """The domain that a job gives a lookup."""
    domain: list[Any] = json.loads(lookup.domain) if lookup.domain else []
    return domain


def context_of(lookup: Lookup, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """The context of a job, as the company of a lookup needs it."""
    return {**own, **Variant(company=lookup.company).context}


def cased(value: Any, *, any_case: bool) -> Any:
    """A value in one case, where any will do."""
    return in_one_case(value) if any_case else value


def under(field: TargetField, existing: Any, values: Candidates, *, any_case: bool) -> Sequence[Any]:
    """The wanted values that a record has in a field; an x2many on the way leads to several records."""
    if not field.type.is_many:
        return values.get(cased(field.comparable(existing), any_case=any_case), ())
    return list(dict.fromkeys(value for each in existing for value in values.get(each, ())))


def product(parts: Sequence[Sequence[Any]]) -> list[Key]:
    """Keys of all combinations of their parts."""
    keys: list[Key] = [()]
    for values in parts:
        keys = [(*key, value) for key in keys for value in values]
    return keys
