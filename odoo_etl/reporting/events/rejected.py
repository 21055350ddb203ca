"""The rejected rows of a run in groups, by field and code, with the first ones in full, for whoever reads a report."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace

from odoo_etl.observers import NoObserver
from odoo_etl.results import JobResult, RejectedRow, RejectExample, RejectGroup

MOST_ROWS = 1000  # of all jobs, kept in full
MOST_GROUPS = 100  # of a job
EXAMPLES = 3


@dataclass(slots=True)
class _Group:
    """Rows of one field and code."""

    rows: int = 0
    examples: dict[str, RejectExample] = field(default_factory=dict)

    def add(self, row: RejectedRow) -> None:
        self.rows += 1
        if len(self.examples) < EXAMPLES and row.reason not in self.examples:
            self.examples[row.reason] = RejectExample(row.line, row.file, row.reason)


class RejectedSoFar(NoObserver):
    """Hears of rejected rows; any number of threads may tell.

    Attributes:
        first: job to the first rows, in full.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: dict[str, dict[tuple[str, str], _Group]] = defaultdict(dict)
        self._kept = 0
        self.first: dict[str, list[RejectedRow]] = defaultdict(list)

    def rejected(self, job: str, row: RejectedRow) -> None:
        """Count it, and keep it if it is among the first."""
        with self._lock:
            groups = self._groups[job]
            if (row.field, row.code) in groups or len(groups) < MOST_GROUPS:
                groups.setdefault((row.field, row.code), _Group()).add(row)
            if self._kept < MOST_ROWS:
                self._kept += 1
                self.first[job].append(row)

    def groups(self, job: str) -> tuple[RejectGroup, ...]:
        """The groups of a job, the largest first."""
        known = self._groups.get(job, {})
        told = [
            RejectGroup(name, code, group.rows, tuple(group.examples.values())) for (name, code), group in known.items()
        ]
        return tuple(sorted(told, key=lambda group: (-group.rows, group.field, group.code)))

    def told(self, jobs: tuple[JobResult, ...]) -> tuple[JobResult, ...]:
        """The results of jobs with their groups, each with the first that its job has."""
        seen = set[str]()
        whole = list[JobResult]()
        for job in jobs:
            own = self.groups(job.job) if job.job not in seen else ()
            seen.add(job.job)
            whole.append(replace(job, reject_groups=own) if own else job)
        return tuple(whole)
