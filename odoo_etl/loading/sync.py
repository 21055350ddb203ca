"""The records of one chunk, from lookups to writes: resolve, hold against Odoo, plan, carry out, count."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from odoo_etl.errors import Refused, UnknownOutcome
from odoo_etl.loading.mirror import Vanishing
from odoo_etl.loading.outcome import Outcome, Refuse, refusal
from odoo_etl.loading.parts import Reading
from odoo_etl.loading.tally import Share, Tally
from odoo_etl.mapping import Record
from odoo_etl.planning import Plan

CarryOut = Callable[[Plan, int, Outcome, Refuse], None]


class Sync:
    """Brings Odoo in step with chunks of records; may be used from several lanes.

    Args:
        carry_out: sends a plan (`Writer.apply`), or only takes note of it.
        vanishing: told which records the rows stand for.
        attempts: how often records whose create got no answer are planned anew.
    """

    def __init__(
        self, reading: Reading, carry_out: CarryOut, tally: Tally, vanishing: Vanishing, attempts: int
    ) -> None:
        self._reading, self._carry_out, self._tally = reading, carry_out, tally
        self._vanishing, self._attempts = vanishing, attempts

    def first(self, records: Sequence[Record], share: Share, chunk: int) -> None:
        """Write records; what waits for others is kept in `share.deferred`."""
        self._sync(records, share, chunk, None)

    def second(self, share: Share, chunk: int) -> None:
        """Write what the first pass kept back, now that all rows are written."""
        outcome = Outcome()
        self._sync([record for record, _ in share.deferred], share, chunk, outcome)
        self._tally.count_deferred(share, outcome)

    def _sync(self, records: Sequence[Record], share: Share, chunk: int, second: Outcome | None) -> None:
        """In a second pass the outcome is collected in `second`, and counted by whoever began it."""
        ready, rejects = self._reading.lookups.resolve(records, last=second is not None)
        self._tally.rejected(share, rejects)
        for _ in range(self._attempts):
            ready = self._land(ready, share, chunk, second)
            if not ready:
                return
        raise UnknownOutcome(f"creating {len(ready)} records got no answer, {self._attempts} times in a row")

    def _land(self, ready: list[Record], share: Share, chunk: int, second: Outcome | None) -> list[Record]:
        """Plan and write records whose lookups are resolved; returns those to try again."""
        found = self._reading.holdings.of(ready)
        self._vanishing.seen(found)
        plan = self._reading.planner.plan(ready, found.held, found.flaws)
        self._tally.rejected(share, plan.rejects)
        self._tally.check_limit()
        outcome = Outcome() if second is None else second
        outcome.unchanged += plan.unchanged
        outcome.skipped += plan.skipped
        apart = list(plan.apart)

        def refuse(record: Record, error: Refused) -> None:
            if record.parts:
                apart.append(record)
                return
            self._tally.rejected(share, refusal(record, error))
            self._tally.check_limit()

        try:
            self._carry_out(plan, chunk, outcome, refuse)
        finally:
            self._tally.rejected(share, outcome.take_rejects())
            if second is None:
                self._tally.count(share, outcome)
        # One of the rows with the same key is bad: find out which, oldest first.
        for record in apart:
            for part in record.parts:
                self._sync([part], share, chunk, second)
        return outcome.take_again()
