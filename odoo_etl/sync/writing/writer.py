"""The one place that writes a plan to Odoo, and isolates what Odoo refuses.

Every call is one transaction in Odoo: all of it lands or nothing. Errors that are not about the rows (server away, no
rights) go up.
"""

from __future__ import annotations

from collections.abc import Sequence

from odoo_etl.errors import Refused
from odoo_etl.mapping import Record
from odoo_etl.planning import Plan, completing
from odoo_etl.sync.outcome import Outcome, Refuse, Written
from odoo_etl.sync.writing.adoptions import Adopts, NoAdoptions
from odoo_etl.sync.writing.bisection import RefusalRate
from odoo_etl.sync.writing.creates import Creates
from odoo_etl.sync.writing.updates import Updates

NOTHING_ADOPTED = NoAdoptions()


class Writer:
    """Sends the plans of one job; may be used from several lanes."""

    def __init__(
        self, creates: Creates, updates: Updates, rate: RefusalRate, adoptions: Adopts = NOTHING_ADOPTED
    ) -> None:
        self._creates, self._updates, self._adoptions, self._rate = creates, updates, adoptions, rate

    def apply(self, plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
        """Send the writes of a plan; what each became goes into `outcome`, what Odoo refuses to `refuse`."""
        before = len(outcome.written)
        self._creates.apply(plan.creates, chunk, self._rate, outcome, refuse)
        self._complete(outcome.written[before:], chunk, outcome, refuse)
        updates = self._adoptions.apply(plan.updates, chunk, outcome, refuse)
        self._updates.apply(updates, chunk, self._rate, outcome, refuse)

    def _complete(
        self, created: Sequence[tuple[str, Sequence[Written]]], chunk: int, outcome: Outcome, refuse: Refuse
    ) -> None:
        """Write what new records are to have in other languages and companies; one that is refused has not landed."""

        def withdraw(record: Record, error: Refused) -> None:
            outcome.withdraw(record)
            refuse(record, error)

        some = [one for _, records in created for one in records if one.record.variants]
        left = [update for one in some if (update := completing(one.record, one.id)) is not None]
        if left:
            self._updates.apply(left, chunk, self._rate, Outcome(), withdraw)
