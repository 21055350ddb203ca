"""The jobs of a run, one after the other in dependency order; a failed job skips what depends on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from odoo_etl.errors import OdooEtlError
from odoo_etl.loading.books import Booking
from odoo_etl.loading.connection import open_client, retry_policy
from odoo_etl.loading.planned import Planned
from odoo_etl.loading.rejected_rows import RejectedRows
from odoo_etl.loading.runner import JobRequest, run_job
from odoo_etl.loading.settle import Settler
from odoo_etl.loading.stop import Stop
from odoo_etl.loading.undo import UndoRequest, undo_job
from odoo_etl.odoo import OdooClient
from odoo_etl.results import Counts, JobResult, Observer
from odoo_etl.spec import Job, LoadSpec, Project

if TYPE_CHECKING:
    from odoo_etl.state import JobEntry, Ledger

# When several things went wrong, the gravest decides: a failed job, a busy one, no start, a limit, then rejected rows.
REJECTED = 3
WORST_FIRST = (1, 6, 5, 4, 2)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """How the jobs are to be run.

    Attributes:
        planned: given, the jobs are only planned.
        ledger: where the run keeps its books; None only for a plan.
        run_id: the run's name in the ledger.
        stop: ends what waits when a signal comes.
        resumed: job name to its entry in the run that is to go on.
        sources: job name to the rejected rows that it is to be run on in place of its own source.
        limit: read only so many rows of each job.
    """

    planned: Planned | None = None
    ledger: Ledger | None = None
    run_id: str = ""
    stop: Stop = field(default_factory=Stop)
    resumed: Mapping[str, JobEntry] = field(default_factory=dict)
    sources: Mapping[str, RejectedRows] = field(default_factory=dict)
    limit: int | None = None


def run_jobs(
    project: Project, jobs: Sequence[Job], observer: Observer, results: list[JobResult], request: RunRequest
) -> int:
    """Run jobs, or only plan them.

    Args:
        jobs: in dependency order, as `select_jobs` gives them.
        results: filled job by job, so that it is true also when a signal ends the run.

    Returns:
        The exit code of the run.
    """
    with ExitStack() as stack:
        clients = _Clients(project, jobs, observer, stack, request.stop)
        for job in jobs:
            blocker = _blocker(job.name, project.depends_on, results)
            entry = request.resumed.get(job.name)
            if blocker:
                results.append(_skipped(job, blocker, observer, request))
            elif entry is not None and entry.status == "done":
                results.append(_done_before(job, entry, observer, request))
            else:
                _run(job, clients, observer, results, request)
    wrote = request.planned is None and any(map(_wrote, results))
    return exit_code(results, wrote=wrote)


def undo_jobs(
    project: Project, entries: Sequence[JobEntry], observer: Observer, results: list[JobResult], request: UndoRequest
) -> int:
    """Undo the jobs of a run, the last one first; a job that fails ends it.

    Args:
        request: its `db` and `settler` are filled in for each job.

    Returns:
        The exit code of the undo.
    """
    for entry in reversed(entries):
        result = JobResult(entry.job, entry.model)
        results.append(result)
        connection = project.connection(entry.details.get("connection", "main"))
        known = project.jobs.get(entry.job)
        load = known.spec.load if known else LoadSpec()
        settler = replace(request.settler, settle_s=load.settle)
        with open_client(
            connection,
            project.state_dir,
            pool_size=1,
            retry=retry_policy(load.retry),
            on_retry=lambda event, job=entry.job: observer.note(job, str(event)),  # type: ignore[misc]
            sleep=settler.pause,
        ) as client:
            undo_job(entry, client, observer, result, replace(request, db=client.db, settler=settler))
        if result.status != "done":
            break
    return exit_code(results, wrote=request.shown is None and any(map(_wrote, results)))


def exit_code(results: Sequence[JobResult], *, wrote: bool) -> int:
    """The code of the contract for these results; "nothing was written" (2, 5) is not true once a job has."""
    codes = {1 if wrote and result.exit_code in {2, 5} else result.exit_code for result in results}
    for code in WORST_FIRST:
        if code in codes:
            return code
    return REJECTED if any(map(_incomplete, results)) else 0


def _incomplete(result: JobResult) -> bool:
    """Whether a job that ended well left something for a person to look at."""
    return bool(result.counts.rejected or result.vanished.get("refused") or result.undone.get("left"))


def _wrote(result: JobResult) -> bool:
    removed = any(result.vanished.get(done) for done in ("archived", "unlinked", "set", "returned"))
    return bool(result.counts.created or result.counts.updated or removed)


class _Clients:
    """One client for each connection, opened when first needed, closed with the run."""

    def __init__(self, project: Project, jobs: Sequence[Job], observer: Observer, stack: ExitStack, stop: Stop) -> None:
        self._project, self._observer, self._stack, self._stop = project, observer, stack, stop
        self._lanes = {
            name: max(job.spec.load.concurrency for job in jobs if job.spec.target.connection == name)
            for name in {job.spec.target.connection for job in jobs}
        }
        self._open: dict[str, OdooClient] = {}

    def of(self, job: Job) -> OdooClient:
        """The client that the job's target names, with the job's patience."""
        name = job.spec.target.connection
        if name not in self._open:
            client = open_client(
                self._project.connection(name),
                self._project.state_dir,
                pool_size=self._lanes[name],
                on_retry=lambda event: self._observer.note(name, str(event)),
                sleep=self._stop.pause,
            )
            self._open[name] = self._stack.enter_context(client)
        self._open[name].retry = retry_policy(job.spec.load.retry)
        return self._open[name]


def _run(job: Job, clients: _Clients, observer: Observer, results: list[JobResult], request: RunRequest) -> None:
    result = JobResult(job.name, job.spec.target.model)
    results.append(result)
    try:
        client = clients.of(job)
    except OdooEtlError as error:
        result.status, result.error, result.exit_code = "failed", str(error), error.exit_code
        observer.job_finished(result)
        return
    settler = Settler(request.stop.pause, job.spec.load.settle)
    booking = None
    if request.ledger is not None:
        booking = Booking(
            ledger=request.ledger,
            run_id=request.run_id,
            database=client.db,
            settler=settler,
            note=lambda text: observer.note(job.name, text),
            resumed=request.resumed.get(job.name),
        )
    source = request.sources.get(job.name)
    partial = source is not None or request.limit is not None
    wish = JobRequest(request.planned, booking, source, limit=request.limit, partial=partial, settler=settler)
    if source is not None:
        wish = replace(wish, attempts=source.attempts)
    run_job(job.spec, client, observer, result, wish)


def _blocker(name: str, depends_on: Mapping[str, frozenset[str]], results: Sequence[JobResult]) -> str:
    """The first job that this one depends on and that did not end well, or ""."""
    bad = [result.job for result in results if result.status != "done" and result.job in depends_on.get(name, ())]
    return bad[0] if bad else ""


def _skipped(job: Job, blocker: str, observer: Observer, request: RunRequest) -> JobResult:
    why = f"skipped because {blocker} did not end well"
    result = JobResult(job.name, job.spec.target.model, "skipped", error=why)
    if request.ledger is not None and request.planned is None:
        request.ledger.skip_job(request.run_id, job.name, job.spec.target.model, why)
    observer.job_finished(result)
    return result


def _done_before(job: Job, entry: JobEntry, observer: Observer, request: RunRequest) -> JobResult:
    """A job that the resumed run had finished: its result as it was."""
    if request.ledger is not None:
        again = request.ledger.start_job(
            request.run_id, job.name, entry.model, entry.database, entry.spec_hash, entry.details
        )
        again.gathered(entry.source_hash, entry.rows or 0)
        again.finish("done", entry.counts)
    known = {name: count for name, count in entry.counts.items() if name in asdict(Counts())}
    result = JobResult(job.name, job.spec.target.model, counts=Counts(**known))
    result.notes.append(f"done in run {entry.run_id}")
    observer.job_finished(result)
    return result
