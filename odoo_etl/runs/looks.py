"""The second looks that the runs before a run made at their jobs, and those that they still owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from odoo_etl.state import JobEntry, Ledger, RunEntry

AGAIN = "again"  # in the details of an entry: it is a second look at a job
DONE_IN = "done_in"  # likewise: the run that did the job, where a later one only took over what it said


@dataclass(frozen=True, slots=True)
class Looks:
    """The second looks of a run that is to go on, and of those that it went on with.

    Attributes:
        ended: job to the looks of the run itself that came to their end, in their order.
        worked: job to the last entry that did it.
        looked: job to the last look that came to its end.
        moved: job to the last look that wrote, or that nobody knows to have not.
    """

    ended: Mapping[str, Sequence[JobEntry]] = field(default_factory=dict)
    worked: Mapping[str, int] = field(default_factory=dict)
    looked: Mapping[str, int] = field(default_factory=dict)
    moved: Mapping[str, int] = field(default_factory=dict)

    def seen(self, job: str) -> frozenset[str]:
        """The jobs whose writes the last look at a job has seen."""
        return frozenset(other for other, at in self.worked.items() if at < self.looked.get(job, 0))

    def unseen(self, job: str) -> frozenset[str]:
        """The jobs that were written once more since a job was done, and last looked at."""
        known = max(self.looked.get(job, 0), self.worked.get(job, 0))
        return frozenset(other for other, at in self.moved.items() if other != job and at > known)


@dataclass(frozen=True, slots=True)
class Before:
    """The work of a run that is to go on.

    Attributes:
        begun: job and part ("" for the whole) to its entry.
    """

    begun: Mapping[tuple[str, str], JobEntry] = field(default_factory=dict)
    looks: Looks = field(default_factory=Looks)


def looks_of(ledger: Ledger, run: RunEntry) -> Looks:
    """The second looks of a run, and of those that it went on with."""
    line = ledger.lineage.of(run.id)
    entries = [one for run_id in reversed(line) for one in ledger.jobs(run_id) if one.status != "skipped"]
    again = [one for one in entries if one.details.get(AGAIN)]
    done = [one for one in again if one.status == "done"]
    ended: dict[str, list[JobEntry]] = {}
    for one in done:
        if one.run_id == run.id:
            ended.setdefault(one.job, []).append(one)
    return Looks(
        ended,
        {one.job: one.id for one in entries if one not in again and DONE_IN not in one.details},
        {one.job: one.id for one in done},
        {one.job: one.id for one in again if one.status != "done" or one.counts.get("updated")},
    )
