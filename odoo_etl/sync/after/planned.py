"""The steps of a plan: how many records they would be for, at most."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence

from odoo_etl.planning import Plan
from odoo_etl.results import StepResult
from odoo_etl.sync.after.phase import NoSteps
from odoo_etl.sync.after.progress import StepProgress
from odoo_etl.sync.outcome import Outcome, Refuse
from odoo_etl.sync.read_back import CarryOut
from odoo_etl.sync.staging import Gathered


class PlannedSteps(NoSteps):
    """Counts the records of a plan; may be used from several lanes.

    Args:
        steps: each with what is known of it by now.
        tell: hears of each step by its name, and of the records that are there and that it may be for.
    """

    def __init__(self, steps: Sequence[StepProgress], tell: Callable[[str, Collection[int]], object]) -> None:
        self._steps, self._tell = steps, tell
        self._created = 0
        self._updated: set[int] = set()
        self._unchanged: set[int] = set()
        self._results: tuple[StepResult, ...] = ()
        self._lock = threading.Lock()

    def noting(self, carry_out: CarryOut, /) -> CarryOut:
        """Count what would be written."""

        def noted(plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
            with self._lock:
                self._created += len(plan.creates)
                self._updated.update(one.id for one in plan.updates)
                self._unchanged.update(one.id for one in outcome.unchanged if one.id)
            carry_out(plan, chunk, outcome, refuse)

        return noted

    def run(self, gathered: Gathered, lanes: int, /) -> None:
        """Ask which of the records that are there match."""
        del gathered, lanes
        self._results = tuple([StepResult(one.step.name, self._records(one)) for one in self._steps])

    def results(self) -> tuple[StepResult, ...]:
        """For how many records each step would be done."""
        return self._results

    def _records(self, progress: StepProgress) -> int:
        """How many records a step would be for: new ones all, the others where they match now."""
        there = progress.page.owed()
        if progress.step.on != "created":
            there |= self._updated
        if progress.step.on == "all":
            there |= self._unchanged
        there -= {each for each, state in progress.page.states(there).items() if state in {"done", "told"}}
        self._tell(progress.step.name, there)
        return self._created + len(progress.matching(there) if progress.step.where else there)
