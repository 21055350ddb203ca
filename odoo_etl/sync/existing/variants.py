"""Records are found with the values that their rows have in other languages and companies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from odoo_etl.mapping import Record, Variant
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.ports import Target


class VariantFinder(FinderAround):
    """Finds records like another finder, and reads each language and company in one call for a batch.

    Args:
        inner: finds the records, with the values of the job's own language and company.
        only_new: the fields that only new records get: they are not read.
    """

    def __init__(self, inner: Finder, target: Target, only_new: Collection[str] = ()) -> None:
        self._inner, self._target, self._only_new = inner, target, frozenset(only_new)
        self.fields = inner.fields

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch; values of other languages and companies stand under `Variant.path`."""
        found = self._inner.of(records)
        ids, names = defaultdict[Variant, set[int]](set), defaultdict[Variant, set[str]](set)
        for record in records:
            rows = found.existing.get(self.key_of(record), ()) if record.variants else ()
            for variant, values in record.variants if len(rows) == 1 else ():
                if wanted := values.keys() - self._only_new:
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
