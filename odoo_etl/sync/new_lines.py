"""New lines get their values in other languages and companies right after they were made, when their ids are known.

A run that ends in between leaves lines that differ from what their rows want: the next one writes it.
"""

from __future__ import annotations

from odoo_etl.errors import Refused
from odoo_etl.mapping import Record
from odoo_etl.planning import Plan, completing_lines, with_new_lines
from odoo_etl.sync.components import Reading
from odoo_etl.sync.outcome import Outcome, Refuse
from odoo_etl.sync.read_back import CarryOut


class NewLines:
    """Completes the new lines of the records that a plan has written; may be used from several lanes."""

    def __init__(self, reading: Reading, carry_out: CarryOut) -> None:
        self._reading, self._carry_out = reading, carry_out

    def complete(self, plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
        """Write what new lines lack; a record of which Odoo refuses that has not landed."""
        landed = {record.number for record in (*outcome.created, *outcome.updated)}
        due = [one for one in with_new_lines(plan) if one.record.number in landed]
        if not due:
            return
        finder, planner = self._reading.finder, self._reading.planner
        existing, updates = finder.of([one.record for one in due]).existing, []
        for one in due:
            rows = existing.get(finder.key_of(one.record), ())
            now = planner.update_of(one.record, rows[0]) if len(rows) == 1 else None
            if (left := completing_lines(one, now)) is not None:
                updates.append(left)

        def withdraw(record: Record, error: Refused) -> None:
            outcome.withdraw(record)
            refuse(record, error)

        if updates:
            self._carry_out(Plan(updates=updates), chunk, Outcome(), withdraw)
