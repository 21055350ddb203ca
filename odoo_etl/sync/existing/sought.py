"""The records that a lookup seeks: by which values of their fields, in which domain, and which have which keys."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Key, Lookup, Variant, in_one_case
from odoo_etl.sync.existing.resolved import Ids

Candidates = Mapping[Any, Sequence[Any]]  # a value as Odoo holds it, to the values as the keys have it
Rows = list[dict[str, Any]]
IN_ANY_CASE = 100  # texts of one search that is to find them in any case: each is a condition of its own


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


def alike(lookup: Lookup, key: Key) -> Key:
    """A key in a form in which those that are one to the lookup are equal."""
    return tuple([cased(part, any_case=True) for part in key]) if lookup.ignore_case else key


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


def slices(keys: Iterable[Key], size: int) -> Iterator[list[Key]]:
    """The keys, so many at once."""
    every = iter(keys)
    while some := list(islice(every, size)):
        yield some


def condition(head: str, values: Mapping[Any, Any], *, any_case: bool) -> list[Any]:
    """The domain that finds records with one of the values."""
    every = listed(values)
    if not any_case or not all(isinstance(value, str) for value in every):
        return one_of(head, every)
    return in_any_case(head, every)


def one_of(name: str, values: Sequence[Any]) -> list[Any]:
    """The domain that finds records with one of the values. To Odoo 14, a 0 in a list is no value."""
    among = [name, "in", list(values)]
    has_zero = any(value == 0 and not isinstance(value, bool) for value in values)
    return ["|", [name, "=", 0], among] if has_zero else [among]


def in_any_case(head: str, texts: Sequence[Any]) -> list[Any]:
    """The domain that finds records with one of the texts, whatever their case; empty ones as they are."""
    terms = [[head, "=ilike", literal(one)] if one else [head, "=", one] for one in texts]
    return ["|"] * (len(terms) - 1) + terms


def literal(text: str) -> str:
    """A text as a pattern of `like` that means just this text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def listed(values: Mapping[Any, Any]) -> list[Any]:
    """The values in a stable order, so that equal questions look equal in a log."""
    try:
        return sorted(values)
    except TypeError:  # text beside False
        return sorted(values, key=lambda value: (str(type(value)), value))
