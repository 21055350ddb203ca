"""The part that finders around another finder share: they change how records are read and compared, not by what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from odoo_etl.mapping import Key, Record
from odoo_etl.planning import Existing, NoChange, Plan
from odoo_etl.sync.existing.finders import ExistingRecords, Finder, Named
from odoo_etl.sync.outcome import Outcome


class FinderAround:
    """A finder around another one that changes only how records are read and compared."""

    _inner: Finder

    def fetch(self, keys: Collection[Key], fields: Sequence[str]) -> ExistingRecords:
        """Find records by their keys, with the fields that are asked for."""
        return self._inner.fetch(keys, fields)

    def found_equal(self, kept: Sequence[NoChange], found: ExistingRecords) -> None:
        """Take note of records that are equal to what their rows want."""
        self._inner.found_equal(kept, found)

    def landed(self, plan: Plan, outcome: Outcome) -> None:
        """Take note of a plan that was carried out."""
        self._inner.landed(plan, outcome)

    def key_of(self, record: Record) -> Key:
        """The key by which a record is found."""
        return self._inner.key_of(record)

    def key_in(self, row: Existing) -> Key:
        """The key by which a record of Odoo is found."""
        return self._inner.key_in(row)

    def named(self, keys: Sequence[Key]) -> list[dict[str, Any]]:
        """Keys as the journal keeps them."""
        return self._inner.named(keys)

    def ids(self, keys: Collection[Key]) -> dict[Key, list[int]]:
        """The ids of the records that have each key."""
        return self._inner.ids(keys)

    def strangers(self, known: Mapping[int, Named]) -> set[int]:
        """Records of the job that are not found any more by what it knew them by."""
        return self._inner.strangers(known)
