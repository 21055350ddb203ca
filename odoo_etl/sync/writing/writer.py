"""The one place that writes a plan to Odoo, and isolates what Odoo refuses.

Every call is one transaction in Odoo: all of it lands or nothing. Errors that are not about the rows (server away, no
rights) go up.
"""

from __future__ import annotations

from odoo_etl.planning import Plan
from odoo_etl.sync.outcome import Outcome, Refuse
from odoo_etl.sync.writing.bisection import RefusalRate
from odoo_etl.sync.writing.creates import Creates
from odoo_etl.sync.writing.updates import Updates


class Writer:
    """Sends the plans of one job; may be used from several lanes."""

    def __init__(self, creates: Creates, updates: Updates, rate: RefusalRate) -> None:
        self._creates, self._updates, self._rate = creates, updates, rate

    def apply(self, plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
        """Send the writes of a plan; what each became goes into `outcome`, what Odoo refuses to `refuse`."""
        self._creates.apply(plan.creates, chunk, self._rate, outcome, refuse)
        self._updates.apply(plan.updates, chunk, self._rate, outcome, refuse)
