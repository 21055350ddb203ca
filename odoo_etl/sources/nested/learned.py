"""The content of nested records: which keys they have, and which of them hold objects, lists of these, or cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.nested.model import OWN, Block
from odoo_etl.sources.nested.names import below

MOST_COLUMNS: Final = 1 << 14  # as many as a spreadsheet has
MOST_DEPTH: Final = 32  # of objects in objects; what is deeper is one cell


@dataclass(slots=True)
class Learned:
    """All that was found under one key, in all records.

    Attributes:
        name: of the column that its cells have.
        is_cell: it was a cell, a list of cells among them.
        is_object, is_many: it was an object, a list with objects in it.
        is_flat: of a record: no value of any was an object or a list.
    """

    name: str = ""
    inner: dict[str, Learned] = field(default_factory=dict)
    is_cell: bool = False
    is_object: bool = False
    is_many: bool = False
    is_flat: bool = True


def learned(blocks: Iterable[Block]) -> Learned:
    """All that these records hold. Raises SourceError: they cannot be read, or have too many keys."""
    learner = _Learner()
    for block in blocks:
        for record in block.records:
            learner.learn(record)
    return learner.root


class _Learner:
    """Learns from one record after the other; records like earlier ones cost little."""

    def __init__(self) -> None:
        self.root = Learned()
        self._known: set[tuple[Any, ...]] = set()
        self._keys = 0

    def learn(self, record: dict[str, Any]) -> None:
        kinds = tuple(map(type, record.values()))
        flat = dict not in kinds and list not in kinds
        known = (*record, *kinds) if flat else ()
        if flat and known in self._known:
            return
        self.root.is_flat = self.root.is_flat and flat
        self._object(self.root, record, 1)
        if flat and len(self._known) < MOST_COLUMNS:
            self._known.add(known)

    def _object(self, place: Learned, value: dict[str, Any], depth: int) -> None:
        for key, item in value.items():
            if key == OWN:
                place.is_cell = True
                continue
            found = place.inner.get(key)
            if found is None:
                found = place.inner[key] = Learned(below(place.name, key))
                self._count()
            if isinstance(item, dict | list) and item:
                self._structured(found, item, depth)
            elif item is not None:
                found.is_cell = found.is_cell or not isinstance(item, dict | list)

    def _structured(self, place: Learned, item: dict[str, Any] | list[Any], depth: int) -> None:
        objects = [item] if isinstance(item, dict) else [one for one in item if type(one) is dict]
        if not objects or depth == MOST_DEPTH:
            place.is_cell = True
            return
        if isinstance(item, list):
            place.is_many = True
            place.is_cell = place.is_cell or len(objects) < len(item)
        else:
            place.is_object = True
        for one in objects:
            self._object(place, one, depth + 1)

    def _count(self) -> None:
        self._keys += 1
        if self._keys > MOST_COLUMNS:
            raise SourceError(
                f"the records have over {MOST_COLUMNS:,} different keys (are values used as keys?): name the columns to"
                " read in columns: of the source",
                ("source",),
            )


def names_of(place: Learned) -> Iterator[str]:
    """The names of all cells, in the order in which their keys came; a key that was always null is one."""
    for one in place.inner.values():
        if one.is_cell or not one.inner:
            yield one.name
        yield from names_of(one)
