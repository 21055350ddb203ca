"""Rows that are fed again leave alone what later runs have written since they were rejected."""

from __future__ import annotations

from collections.abc import Sequence

from odoo_etl.mapping import Flaw, Record
from odoo_etl.state import LaterWrites
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder


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
