"""A plan that is watched: which record became of which rows, with all its values, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from odoo_etl.mapping import Record, Reject
from odoo_etl.planning import Plan, RecordRules, Update
from odoo_etl.previews import Fate
from odoo_etl.results import RejectedRow
from odoo_etl.spec import JobSpec
from odoo_etl.sync import Planned, PlannedChanges, Reading
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.planned_changes import FileOf, FirstChanges


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as a plan has it, its lookups resolved.

    Attributes:
        update: what would change of a record that Odoo has.
    """

    fate: Fate
    record: Record
    id: int | None = None
    update: Update | None = None


class WatchedPlan(Planned):
    """A plan of one job that remembers each record, not only what would change.

    Attributes:
        reading: what leads from the rows to the plan; None when the job came not so far.
        seen: the records by the number of their first row.
        rejects: the rows that are rejected, or left alone whatever their records are.
        beside: model to how many records lookups would create.
    """

    def __init__(self, job: JobSpec) -> None:
        super().__init__([job], shown=0)
        self._job = job.job
        self.reading: Reading | None = None
        self.rules: RecordRules | None = None
        self.seen: dict[int, Seen] = {}
        self.rejects: list[Reject] = []
        self.beside: dict[str, int] = {}
        self._is_begun = False

    def reads(self, job: JobSpec, reading: Reading) -> None:
        """Remember those of the job itself."""
        if job.job == self._job:
            self.reading, self.rules = reading, reading.planner.rules

    def changes(self, file_of: FileOf) -> PlannedChanges:
        """The place for the changes of one job; the first is the job itself, others create what its lookups lack."""
        if self._is_begun:
            return super().changes(file_of)
        self._is_begun = True
        return _Rejects(self.rejects)

    def note(
        self, job: JobSpec, rules: RecordRules, plan: Plan, outcome: Outcome, changes: PlannedChanges
    ) -> list[tuple[Record, int]]:
        """Take note of every record of a plan."""
        standing = super().note(job, rules, plan, outcome, changes)
        if job.job != self._job:
            model = job.target.model
            self.beside[model] = self.beside.get(model, 0) + len(plan.creates)
            return standing
        self._see(Seen("create", one.record) for one in plan.creates)
        self._see(Seen("update", one.record, one.id, one) for one in plan.updates)
        self._see(Seen("unchanged", one.record, one.id) for one in outcome.unchanged)
        self._see(Seen("skip", one.record, one.id) for one in outcome.skipped)
        return standing

    def complete(self, job: JobSpec, rules: RecordRules, records: Iterable[Record], changes: PlannedChanges) -> None:
        """Records that were noted before what they wait for was there, now with all that they get."""
        every = list(records)
        super().complete(job, rules, every, changes)
        if job.job == self._job:
            self._see(Seen("create", one) for one in every)

    def _see(self, seen: Iterable[Seen]) -> None:
        for one in seen:
            self.seen[one.record.number] = one


class _Rejects(PlannedChanges):
    """Keeps the rejects of a job, with each of their flaws."""

    def __init__(self, rejects: list[Reject]) -> None:
        super().__init__(FirstChanges(0))
        self._rejects = rejects

    def reject(self, reject: Reject) -> None:
        """Keep it."""
        self._rejects.append(reject)


class Header:
    """The sink of a job's rejected rows that learns its columns; the rows themselves are watched elsewhere.

    Attributes:
        columns: of the source, in their order.
    """

    def __init__(self) -> None:
        self.columns: list[str] = []

    def begin(self, _job: str, columns: list[str]) -> None:
        """Learn the columns."""
        self.columns = columns

    def keep(self, job: str, row: RejectedRow) -> None:
        """Keep nothing."""

    def end(self, _job: str) -> str:
        """There is no file."""
        return ""
