"""How far one step has come: for which records it is due, and for how many it was done."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from odoo_etl.results import StepResult
from odoo_etl.spec import RecordStep
from odoo_etl.sync.after.pages import StepPage
from odoo_etl.sync.after.standing import Standings, Subject
from odoo_etl.sync.counts import SAME_ERROR_ROWS, AllRefused
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing import pages

_WRITTEN = {"created": ("created",), "written": ("created", "updated")}


class StepProgress:
    """One step of a job in a run; may be used from several lanes.

    Attributes:
        owed: records of earlier runs that wait for it.
    """

    def __init__(self, step: RecordStep, target: Target, page: StepPage) -> None:
        self.step, self.target, self.page = step, target, page
        self.owed: set[int] = set()
        self.actions: set[str] = set()
        self._through: set[int] = set()
        self._done = self._refused = self._unknown = self._still = 0
        self._reasons = Counter[str]()
        self._lock = threading.Lock()

    def is_due(self, one: Subject) -> bool:
        """Whether the step is for a record, as far as the run knows it."""
        return self.step.on == "all" or one.id in self.owed or one.kind in _WRITTEN[self.step.on]

    def anything_due(self, standings: Standings) -> bool:
        """Whether it may be for any record of the run."""
        if self.step.on == "all":
            return True
        return bool(self.owed) or any(True for _ in standings.ids(_WRITTEN[self.step.on]))

    def matching(self, ids: Collection[int]) -> set[int]:
        """Those of the records that match `where`, as they are now."""
        target, found = self.target, set[int]()
        for some in pages(sorted(ids)):
            domain = [["id", "in", list(some)], *self.step.where]
            rows = target.client.search_read(target.model, domain, ["id"], context=target.context)
            found.update(row["id"] for row in rows)
        return found

    def without_through(self, ids: Iterable[int]) -> list[int]:
        """Those of the records for which the step is not through in this run."""
        with self._lock:
            return [each for each in ids if each not in self._through]

    def passed(self, ids: Iterable[int]) -> None:
        """These records need it no more."""
        with self._lock:
            self._through.update(ids)

    def done(self, ids: Collection[int]) -> None:
        """It was done for these records."""
        with self._lock:
            self._through.update(ids)
            self._done += len(ids)

    def still_matching(self, ids: Collection[int]) -> None:
        """It was done for these records, and they still match `where`: that is remembered, as it does not show."""
        self.page.note(ids, "done")
        with self._lock:
            self._still += len(ids)

    def refused(self, reason: str) -> None:
        """Odoo refused it for one record.

        Raises:
            AllRefused: it did so for each one, for the same reason.
        """
        with self._lock:
            self._refused += 1
            self._reasons[reason] += 1
            all_refused = not self._done and len(self._reasons) == 1 and self._refused >= SAME_ERROR_ROWS
        if all_refused:
            raise AllRefused(
                f"step {self.step.name}: Odoo refused it for each of {self._refused} records for one reason, so the"
                f" job was stopped: {reason}. Mend the step or the records, then run the job again: they wait for it"
            )

    def unknown(self, ids: Collection[int]) -> None:
        """Nobody knows whether it was done for these records."""
        self.page.note(ids, "open")
        with self._lock:
            self._through.update(ids)
            self._unknown += len(ids)

    def result(self) -> StepResult:
        """Its outcome by now."""
        return StepResult(self.step.name, self._done, self._refused, self._unknown)

    def notes(self) -> Sequence[str]:
        """All there is to tell of it besides."""
        told = [f"{self.step.name} answered {one}: told here, not followed" for one in sorted(self.actions)]
        if self._still:
            told.append(
                f"{self._still} records still match `where` of {self.step.name} after it: it is taken as done for them,"
                " once and for all; name in `where` what the step changes"
            )
        return told

    def conclude(self, standings: Standings) -> None:
        """All records of the run had it; those for which it is not through wait for the next run."""
        if self.step.on == "all":
            self.page.conclude(())
            return
        due = self.owed.union(standings.ids(_WRITTEN[self.step.on]))
        self.page.conclude(due - self._through)

    def told_action(self, answer: str) -> None:
        """A method answered an action."""
        if answer:
            with self._lock:
                self.actions.add(answer)
