"""Which fields of a model Odoo computes anew when others are written, by the `depends` of `fields_get`.

Stored, editable, computed fields are recomputed when a field that they depend on is written, unless they are written in
the same call (measured on Odoo 19: `sale.order.line.price_unit` when the quantity is written).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from odoo_etl.fieldtypes import type_of

ATTRIBUTES = ("type", "relation", "store", "readonly", "depends")


@dataclass(frozen=True)
class Dependents:
    """The computed fields of one model.

    Attributes:
        fields: every field of the model with the `ATTRIBUTES`.
    """

    fields: Mapping[str, Mapping[str, Any]]

    def of(self, written: Collection[str]) -> frozenset[str]:
        """The fields that may change when these are written, through any number of fields in between."""
        found: set[str] = set()
        waiting = list(written)
        while waiting:
            new = self._direct.get(waiting.pop(), frozenset()) - found
            found |= new
            waiting += new
        return frozenset(found)

    def to_put_back(self, written: Collection[str]) -> frozenset[str]:
        """Those of them that hold a value of their own, which could be written again."""
        return frozenset(name for name in self.of(written) if self._holds_a_value(self.fields[name]))

    def takes(self, name: str) -> bool:
        """Whether the field takes what is written to it."""
        return not self.fields[name].get("readonly") or bool(self.fields[name].get("store", True))

    def models_behind(self, names: Iterable[str]) -> frozenset[str]:
        """The other models whose records these fields are computed from."""
        behind: set[str] = set()
        waiting, seen = list(names), set[str]()
        while waiting:
            name = waiting.pop()
            for path in self.fields.get(name, {}).get("depends") or ():
                head, _, rest = path.partition(".")
                if rest and (model := self.fields.get(head, {}).get("relation")):
                    behind.add(model)
                if head not in seen:
                    seen.add(head)
                    waiting.append(head)
        return frozenset(behind)

    def shared_through(self, names: Iterable[str]) -> frozenset[str]:
        """The many2one fields through which these have values of other records, which records may share."""
        heads = {path[0] for path in self._paths(names)}
        return frozenset(head for head in heads if type_of(self.fields.get(head, {}).get("type", "")).is_one_record)

    def reached(self, names: Iterable[str]) -> frozenset[tuple[str, str]]:
        """The fields of other records that these are computed from, with their models."""
        related = {path: self.fields.get(path[0], {}).get("relation") for path in self._paths(names)}
        return frozenset((model, path[1]) for path, model in related.items() if model)

    def _paths(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The first two fields of the paths in the `depends` of fields, and of what they are computed from.

        Only of what is not stored itself: `lst_price` of `product.product` is `list_price`, which is the template's.
        """
        waiting = list(names)
        seen = set(waiting)
        while waiting:
            name = waiting.pop()
            attributes = self.fields.get(name, {})
            for path in attributes.get("depends") or ():
                head, *rest = path.split(".")
                if rest:
                    yield head, rest[0]
                elif not attributes.get("store", True) and head not in seen:
                    seen.add(head)
                    waiting.append(head)

    @cached_property
    def links(self) -> frozenset[str]:
        """The names of the x2many fields."""
        return frozenset(name for name, attributes in self.fields.items() if type_of(attributes["type"]).is_many)

    @cached_property
    def _direct(self) -> Mapping[str, frozenset[str]]:
        """Field to the fields that name it first in one of their paths."""
        direct: dict[str, set[str]] = defaultdict(set)
        for name, attributes in self.fields.items():
            for path in attributes.get("depends") or ():
                direct[path.partition(".")[0]].add(name)
        return {name: frozenset(others - {name}) for name, others in direct.items()}

    @staticmethod
    def _holds_a_value(attributes: Mapping[str, Any]) -> bool:
        return (
            bool(attributes.get("store", True))
            and not attributes.get("readonly")
            and type_of(attributes["type"]).is_restorable
        )
