"""The ways to find records of a model: by each of its fields, by a path through a tree, by external ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from odoo_etl.guessing.held import Held
from odoo_etl.guessing.models import Models
from odoo_etl.guessing.words import known_words

_PATHS: Final = (" / ", " > ", "/", ">", "\\")
_LEAST_PATHS: Final = 0.3  # of the values have such a mark
_PARENTS: Final[Mapping[str, str]] = {"stock.location": "location_id", "uom.uom": "relative_uom_id"}
_TRIED: Final = 5  # values by which prefixes of external ids are found


@dataclass(frozen=True, slots=True)
class Way:
    """One way to find records.

    Attributes:
        name: for people: by what.
        hits: how many of the values find a record.
        lookup: the keys that say it.
    """

    name: str
    hits: int
    lookup: Mapping[str, Any]


def ways_of(models: Models, held: Held, model: str, values: Sequence[str]) -> list[Way]:
    """All ways to find records of a model; by external ids where no other finds any."""
    fields = models.fields(model)
    names = [name for name in known_words().lookup_keys if name in fields and fields[name].is_free_text]
    found = [way for name in names if name != "complete_name" for way in _by_field(held, model, name, values)]
    if any(way.hits for way in found):
        return found
    return [*found, *_by_external_id(held.external_ids(model), model, values)]


def _by_field(held: Held, model: str, name: str, values: Sequence[str]) -> Iterator[Way]:
    """By the values of a field; one that several records have finds none."""
    known = held.values(model, name, values)
    hits = sum(known[value] == 1 for value in values)
    lookup = {"model": model, "by": name}
    yield Way(name, hits, lookup)
    if hits < len(values):
        alike = Counter(one.casefold() for one in known.elements())
        more = sum(alike[value.casefold()] == 1 for value in values)
        if more > hits:
            yield Way(f"{name}, in any case", more, {**lookup, "ignore_case": True})


def path_way(models: Models, held: Held, model: str, values: Sequence[str]) -> Way | None:
    """Of a tree: cells that hold the whole way to a record; None where they do not."""
    mark = next((mark for mark in _PATHS if sum(mark in value for value in values) >= _LEAST_PATHS * len(values)), "")
    parent = _PARENTS.get(model, "parent_id")
    fields = models.fields(model)
    if not values or not mark or parent not in fields or "name" not in fields:
        return None
    lookup = {"model": model, "by": "name", "path": mark, **({"parent": parent} if parent != "parent_id" else {})}
    if "complete_name" not in fields or not held.is_online:
        return Way("name as a path", 0, lookup)
    wanted = {value: " / ".join(part.strip() for part in value.split(mark)) for value in values}
    known = held.values(model, "complete_name", list(wanted.values()))
    plain = {one.replace(" / ", "/") for one in known}  # of locations it has no blanks
    return Way("name as a path", sum(one.replace(" / ", "/") in plain for one in wanted.values()), lookup)


def _by_external_id(known: set[str], model: str, values: Sequence[str]) -> Iterator[Way]:
    """By external ids: whole ones, or such that end with the values behind one prefix."""
    whole = {"model": model, "by": "external_id"}
    yield Way("external id", sum(value in known for value in values), whole)
    starts = {
        one.removesuffix(value) for value in values[:_TRIED] for one in known if one.endswith(value) and one != value
    }
    for start in sorted(starts, key=len):
        module, _, prefix = start.partition(".")
        hits = sum(f"{start}{value}" in known for value in values)
        yield Way(f"external id {start}…", hits, {**whole, "module": module, **({"prefix": prefix} if prefix else {})})
