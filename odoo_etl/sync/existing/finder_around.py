"""Finders around another finder: they change how records are read and compared, not by what they are found.

Here are what they share, and two of them: for values in other languages and companies, and for rows that are fed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from odoo_etl.mapping import Flaw, Key, Record, Variant
from odoo_etl.planning import Existing, NoChange, Plan
from odoo_etl.state import LaterWrites
from odoo_etl.sync.existing.finders import ExistingRecords, Finder, Named
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.ports import Target


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


class GuardedFinder(FinderAround):
    """Finds records like another finder, and lets nobody write to those that later runs wrote.

    Args:
        inner: finds them.
        later: what runs wrote after the one that rejected the rows.
    """

    def __init__(self, inner: Finder, later: LaterWrites) -> None:
        self._inner, self._later = inner, later
        self.fields = inner.fields

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch; those that are newer than their rows have a flaw."""
        found = self._inner.of(records)
        newer = {
            key: ids for key, rows in found.existing.items() if (ids := self._later.ids & {one["id"] for one in rows})
        }
        flaws = {key: self._flaw(min(ids)) for key, ids in newer.items()}
        return ExistingRecords(found.existing, {**found.flaws, **flaws}, found.fresh)

    def _flaw(self, record_id: int) -> Flaw:
        reason = (
            f"record {record_id} was written after this row was rejected (the last such run is {self._later.run_id}):"
            " the row may be older than what Odoo holds; take it out of the file, and let `odoo-etl run` bring what the"
            " source says now"
        )
        return Flaw("plan", "written_since", reason, "")


class VariantFinder(FinderAround):
    """Finds records like another finder, and reads each language and company in one call for a batch.

    Args:
        inner: finds the records, with the values of the job's own language and company.
        unread: the fields that existing records keep whatever they hold.
    """

    def __init__(self, inner: Finder, target: Target, unread: Collection[str] = ()) -> None:
        self._inner, self._target, self._unread = inner, target, frozenset(unread)
        self.fields = inner.fields

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch; values of other languages and companies stand under `Variant.path`."""
        found = self._inner.of(records)
        ids, names = defaultdict[Variant, set[int]](set), defaultdict[Variant, set[str]](set)
        for record in records:
            rows = found.existing.get(self.key_of(record), ()) if record.variants else ()
            for variant, values in record.variants if len(rows) == 1 else ():
                if wanted := values.keys() - self._unread:
                    ids[variant].add(rows[0]["id"])
                    names[variant] |= wanted
        if not ids:
            return found
        beside = defaultdict[int, dict[str, Any]](dict)
        for variant in sorted(ids):
            for row in self._rows(variant, sorted(ids[variant]), sorted(names[variant])):
                beside[row["id"]] |= {variant.path(name): row[name] for name in names[variant]}
        existing = {
            key: [{**row, **beside[row["id"]]} if row["id"] in beside else row for row in rows]
            for key, rows in found.existing.items()
        }
        return ExistingRecords(existing, found.flaws, found.fresh)

    def _rows(self, variant: Variant, ids: Sequence[int], names: Sequence[str]) -> list[dict[str, Any]]:
        target, context = self._target, {**self._target.context, **variant.context}
        domain = [["id", "in", ids]]
        return target.client.search_read(target.model, domain, names, load="_classic_write", context=context)
