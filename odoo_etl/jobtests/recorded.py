"""The records that rows of a test become: a plan notes them, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from odoo_etl.mapping import Record
from odoo_etl.planning import Plan, RecordRules
from odoo_etl.results import RejectedRow
from odoo_etl.spec import JobSpec, TargetSpec
from odoo_etl.sync import Planned, PlannedChanges
from odoo_etl.sync.outcome import Outcome


class RecordedPlan(Planned):
    """The plan of one job, with its records.

    Args:
        job: the job that is tested; others create what its lookups do not find.

    Attributes:
        made: the values of records that would be new, by their made-up ids.
    """

    def __init__(self, job: JobSpec) -> None:
        super().__init__([job], shown=0)
        self._job = job.job
        self._records: dict[int, Record] = {}
        self.made: dict[int, Mapping[str, Any]] = {}

    @property
    def records(self) -> list[Record]:
        """The records, in the order of their first rows."""
        return [record for _, record in sorted(self._records.items())]

    def note(
        self, job: JobSpec, rules: RecordRules, plan: Plan, outcome: Outcome, changes: PlannedChanges
    ) -> list[tuple[Record, int]]:
        """Keep the records, whatever would be done with them."""
        standing = super().note(job, rules, plan, outcome, changes)
        records = [one.record for one in plan.creates] + [one.record for one in plan.updates]
        self._keep(job, records + [one.record for one in plan.unchanged])
        return standing

    def complete(self, job: JobSpec, rules: RecordRules, records: Iterable[Record], changes: PlannedChanges) -> None:
        """Keep the records with what they waited for."""
        every = list(records)
        super().complete(job, rules, every, changes)
        self._keep(job, every)

    def _keep(self, job: JobSpec, records: Iterable[Record]) -> None:
        if job.job == self._job:
            self._records |= {record.number: record for record in records}

    def _remember(self, target: TargetSpec, record: Record) -> dict[str, Any]:
        row = super()._remember(target, record)
        if row:
            self.made[row["id"]] = row
        return row


class KeptRows:
    """The sink of rejected or skipped rows."""

    def __init__(self) -> None:
        self.rows: list[RejectedRow] = []

    def begin(self, job: str, columns: list[str]) -> None:
        """Nothing is to be prepared."""

    def keep(self, _job: str, row: RejectedRow) -> None:
        """Keep a row."""
        self.rows.append(row)

    def end(self, _job: str) -> str:
        """There is no file."""
        return ""
