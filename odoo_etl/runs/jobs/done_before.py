"""Jobs that the runs before a run had done are told again, with their second looks and those still owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from odoo_etl.results import Counts, JobResult, RejectedRow, RejectSink
from odoo_etl.runs.jobs.revisits import add_look
from odoo_etl.so_far import JobSoFar
from odoo_etl.state import CLOSING, JobEntry, JobPart, Ledger, RunEntry
from odoo_etl.sync.session import as_rejected, restored, stored_result

AGAIN = "again"  # in the details of an entry: it is a second look at a job
DONE_IN = "done_in"  # likewise: the run that did the job, where a later one only took over what it said


@dataclass(frozen=True, slots=True)
class DoneJob:
    """A job that was done before.

    Attributes:
        entry: of the whole, or of what directed its parts.
        results: its result; that of the run over all parts comes second, where there was one.
        rejected: its rejected rows.
    """

    entry: JobEntry
    results: Sequence[JobResult]
    rejected: Sequence[RejectedRow]


def entries_of(begun: Mapping[tuple[str, str], JobEntry], job: str) -> dict[str, JobEntry]:
    """Part to the entry of a job, among those of a run."""
    return {part: entry for (name, part), entry in begun.items() if name == job}


def made_for(begun: Mapping[tuple[str, str], JobEntry], job: str) -> list[str]:
    """The jobs that were done to create what lookups of a job did not find."""
    return [
        name
        for (name, part), entry in begun.items()
        if not part and entry.status == "done" and entry.details.get("made_for") == job
    ]


def take_over(
    ledger: Ledger, run_id: str, entries: Mapping[str, JobEntry], looks: Sequence[JobEntry], rejects: RejectSink
) -> DoneJob:
    """Say again what a run said of a job that it had done, for `run_id`, which goes on with it.

    Args:
        entries: part to the entry of the job, "" among them.
        looks: the second looks at the job.
        rejects: keeps its rejected rows.
    """
    stored = {part: ledger.result_of(entry.id) for part, entry in entries.items()}
    results = {part: _result(entries[part], stored[part]) for part in ("", CLOSING) if part in entries}
    results[""] = _with_looks(results[""], [_result(look, ledger.result_of(look.id)) for look in looks])
    rejected = list[RejectedRow]()
    for part, entry in entries.items():
        columns = stored[part].get("columns", [])
        kept = stored_result(results[part], columns) if part in results else stored[part]
        found = _copy(ledger, run_id, entry, kept)
        rejected += found if CLOSING not in entries or part == CLOSING else []
    path = _keep(rejects, entries[""].job, stored[""].get("columns", []), rejected)
    done_in = entries[""].details.get(DONE_IN, entries[""].run_id)
    return DoneJob(entries[""], [_told_again(result, path, done_in) for result in results.values()], rejected)


def _with_looks(result: JobResult, looks: Sequence[JobResult]) -> JobResult:
    so_far = JobSoFar(result)
    for look in looks:
        add_look(so_far, look)
    return so_far.result


def _told_again(result: JobResult, rejects_file: str, done_in: str) -> JobResult:
    """The result, with the run that it is of."""
    listed = ", whose folder lists its skipped rows" if result.counts.skipped else ""
    notes = (*result.notes, f"done in run {done_in}{listed}")
    own = rejects_file if result.counts.rejected else ""
    success = result.success_file if Path(result.success_file).is_file() else ""
    return replace(result, rejects_file=own, success_file=success, notes=notes)


def _result(entry: JobEntry, stored: Mapping[str, Any]) -> JobResult:
    known = {name: count for name, count in entry.counts.items() if name in asdict(Counts())}
    return restored(JobResult(entry.job, entry.model, part=entry.part, counts=Counts(**known)), stored)


def _copy(ledger: Ledger, run_id: str, entry: JobEntry, result: Mapping[str, object]) -> list[RejectedRow]:
    """Make the entry one of the run that goes on; the rejected rows that it knows."""
    details = {DONE_IN: entry.run_id, **entry.details}
    part = JobPart(entry.group_id, entry.part)
    where = (entry.job, entry.model, entry.database, entry.spec_hash)
    copy = ledger.start_job(run_id, *where, details, job_part=part)
    copy.gathered(entry.source_hash, entry.rows or 0)
    copy.copy_confirmed(entry.id)
    copy.finish(entry.status, entry.counts, result)
    return [as_rejected(row) for chunk in copy.confirmed_chunks().values() for row in chunk.rejects]


def _keep(rejects: RejectSink, job: str, columns: Sequence[str], rows: Sequence[RejectedRow]) -> str:
    """Keep the rows with those of the run that goes on; where they are."""
    rejects.begin(job, list(columns))
    for row in sorted(rows, key=lambda row: (row.file, row.line)):
        rejects.keep(job, row)
    return rejects.end(job)


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
