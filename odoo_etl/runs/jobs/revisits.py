"""Jobs that are looked at once more when a run ends: other jobs wrote what Odoo takes values of their records from.

Purchase orders, say, whose lines come from a job of their own: Odoo computes the date of the order from its lines. Or
companies and contacts, each from a job of their own, for which Odoo keeps one address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from odoo_etl.events import Phase, Wait
from odoo_etl.observers import JobObserver, NoObserver
from odoo_etl.results import Discrepancies, JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.sources import Chunk, Source
from odoo_etl.spec import ExpectSpec, Job, JobSpec
from odoo_etl.sync import JobRequest, NoSink, SomeRows, run_job
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.read_back import Ties, all_discrepancies
from odoo_etl.sync.session import RejectedLines
from odoo_etl.sync.staging import Gathered


class Rows(Source, Protocol):
    """Rows of a job as a source, until the run ends."""

    def close(self) -> None:
        """Give the rows up."""


class LandedRows:
    """The rows of a job that landed, as a source, until the run ends."""

    cursor: str | None = None
    fingerprints: Mapping[str, str] = MappingProxyType({})

    def __init__(self, gathered: Gathered, rejected: RejectedLines) -> None:
        self._gathered, self._rejected = gathered, rejected

    def columns(self) -> list[str]:
        """The columns of the job's source."""
        return self._gathered.columns

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:  # noqa: ARG002 - they are cut already
        """The rows in chunks, without those that were rejected."""
        for chunk in self._gathered.chunks():
            rows = zip(chunk.lines, zip(*chunk.columns.values(), strict=True), strict=True)
            wanted = [
                number for number, (line, cells) in enumerate(rows) if not self._rejected.lacks(line, chunk.file, cells)
            ]
            columns = {name: [cells[number] for number in wanted] for name, cells in chunk.columns.items()}
            yield Chunk(columns, [chunk.lines[number] for number in wanted], chunk.file)

    def close(self) -> None:
        """Give the rows up."""
        self._gathered.close()


@dataclass(frozen=True, slots=True)
class EarlierJob:
    """A job that may have to be looked at again.

    Attributes:
        ties: to other jobs.
        place: how many jobs had a result when it began.
        seen: jobs of an earlier run whose writes a second look of that run has seen.
        unseen: jobs that an earlier run wrote once more since.
    """

    job: Job
    so_far: JobSoFar
    rows: Rows
    ties: Ties
    place: int
    seen: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()

    @property
    def result(self) -> JobResult:
        """The job's result by now."""
        return self.so_far.result

    def is_behind(self, other: EarlierJob) -> bool:
        """Whether what the other job wrote may have changed what the rows want."""
        if other is self or self.leaves_alone:
            return False
        spec = self.job.spec
        return other.result.model in self.ties.behind or other.ties.reach(spec.target.model, spec.fields)

    @property
    def leaves_alone(self) -> bool:
        """Whether nothing changes what it wants: it only creates."""
        return self.job.spec.target.mode == "create"


class OnlyNotes(NoObserver):
    """The observer of a second look: a person has heard of the job in the first one, but not of what comes up now."""

    def __init__(self, observer: JobObserver) -> None:
        self._observer = observer

    def waiting(self, job: str, wait: Wait) -> None:
        """Hand it on."""
        self._observer.waiting(job, wait)

    def note(self, job: str, text: str) -> None:
        """Hand it on."""
        self._observer.note(job, text)


def revisit(kept: EarlierJob, client: Odoo, observer: JobObserver, request: JobRequest) -> bool:
    """Run a job once more on its rows, without creating anything; what became of it is added to its result.

    Args:
        request: of the job, without a source.

    Returns:
        Whether it wrote anything.
    """
    spec = kept.job.spec
    observer.phase(spec.job, Phase.LOOK)
    request = replace(request, rows=SomeRows(kept.rows), once=True, rejects=NoSink(), skipped=NoSink())
    again = run_job(_updating(spec), client, OnlyNotes(observer), JobSoFar.begun(spec.job, spec.target.model), request)
    add_look(kept.so_far, again)
    return bool(again.counts.updated)


def is_due(kept: EarlierJob, others: Iterable[EarlierJob], results: Sequence[JobResult]) -> bool:
    """Whether a later job wrote what may have changed what the rows want.

    Args:
        others: the jobs whose ties are known; of the rest only the model is.
    """
    later = written_later(kept.place, kept.seen, results)
    behind = not kept.leaves_alone and any(one.model in kept.ties.behind for one in later)
    return behind or any(
        (other.result in later or other.job.name in kept.unseen) and kept.is_behind(other) for other in others
    )


def written_later(place: int, seen: Collection[str], results: Sequence[JobResult]) -> list[JobResult]:
    """The jobs that came after one and wrote, without those whose writes were seen."""
    later = results[place + 1 :]
    return [one for one in later if one.job not in seen and (one.counts.created or one.counts.updated)]


def _updating(spec: JobSpec) -> JobSpec:
    target = spec.target.model_copy(update={"mode": "update", "on_absent": "skip"})
    return spec.model_copy(update={"target": target, "expect": ExpectSpec()})  # it was judged when the job ended


def add_look(so_far: JobSoFar, again: JobResult) -> None:
    """Add what a second look at a job found to its result."""
    result = so_far.result
    known, found = result.discrepancies, again.discrepancies
    if again.status == "done":  # it has compared every row: what it does not tell has come right
        known = Discrepancies(known.rewritten)
    new = {name: one for name, one in found.rewritten.items() if name not in known.rewritten}
    so_far.know(
        discrepancies=all_discrepancies(known, replace(found, rewritten=new)),
        calls=dict(sorted((Counter(result.calls) + Counter(again.calls)).items())),
        elapsed_s=round(result.elapsed_s + again.elapsed_s, 3),
    )
    if again.counts.updated:
        so_far.note(
            f"{again.counts.updated} rows were written once more: what other jobs wrote had changed their records"
        )
    so_far.add(notes=tuple([note for note in again.notes if note not in result.notes]))
    if (gone := again.counts.skipped - result.counts.skipped) > 0:
        so_far.note(f"{gone} records that rows stand for are gone since the job ended")
    if again.status != "done":
        so_far.know(status=again.status, error=again.error, exit_code=again.exit_code)
