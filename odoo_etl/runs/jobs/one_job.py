"""How one job of a run is done: by this process, divided among workers, or only a part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from odoo_etl.errors import OdooEtlError
from odoo_etl.observers import JobObserver
from odoo_etl.odoo import OdooClient
from odoo_etl.partitions import Division, Ending, Executor, ScheduledParts, WorkerSetup, run_divided, why_whole
from odoo_etl.rejects.source import RejectedRows
from odoo_etl.results import Counts, JobResult, KeepSuccess, RejectSink
from odoo_etl.runs.hooks import Hooks, listed, run_environment
from odoo_etl.runs.jobs.clients import Clients
from odoo_etl.runs.jobs.deliveries import Handover, NoHandover, nothing_delivered
from odoo_etl.runs.jobs.done_before import DoneJob, Looks, entries_of, made_for, take_over
from odoo_etl.runs.jobs.fingerprints import used_copies, used_files
from odoo_etl.runs.jobs.reopened import ReopenedRows, reopen, ties_to_others
from odoo_etl.runs.jobs.revisits import EarlierJob, LandedRows, is_due, revisit, written_later
from odoo_etl.so_far import JobSoFar, JobsSoFar
from odoo_etl.spec import Job, Project
from odoo_etl.stop import Stop
from odoo_etl.sync import (
    UNWITNESSED,
    AllRows,
    Extent,
    JobRequest,
    Neighbours,
    NoSink,
    Planned,
    SomeRows,
    Witness,
    run_job,
    supplied,
)
from odoo_etl.sync.read_back import Ties
from odoo_etl.sync.session import Booking, RejectedLines
from odoo_etl.sync.staging import Gathered, Part
from odoo_etl.sync.writing import Settler

if TYPE_CHECKING:
    from odoo_etl.state import JobEntry, Ledger

LOOKS = 3  # at a job when a run ends: two that change each other's records have told so by then


@dataclass(frozen=True, slots=True)
class RunRequest:
    """How the jobs are to be run.

    Attributes:
        planned: given, the jobs are only planned.
        ledger: where the run keeps its books; None only for a plan.
        run_id: the run's name in the ledger.
        stop: ends what waits when a signal comes.
        resumed: job name and part ("" for the whole) to its entry in the run that is to go on.
        looks: the second looks of that run, and of those before it.
        sources: job name to the rejected rows that it is to be run on in place of its own source.
        limit: read only so many rows of each job.
        full_refresh: read everything, whatever earlier runs have read.
        executor: given, each job is divided among its workers.
        part: given, only this part of each job is done; other processes do the others.
        rejects: keeps the rejected rows.
        skipped: keeps the first of the skipped rows.
        witness: hears of each planned write before it is carried out.
        notes: takes what a person should know of the run.
        keep_success: keeps the rows of a job that landed.
        success: it is to keep those of every job, also of one that does not say so.
        handover: what becomes of files whose rows all have their outcome.
        trace: the span of a job, for its workers; "" where there is none.
    """

    planned: Planned | None = None
    ledger: Ledger | None = None
    run_id: str = ""
    stop: Stop = field(default_factory=Stop)
    resumed: Mapping[tuple[str, str], JobEntry] = field(default_factory=dict)
    looks: Looks = field(default_factory=Looks)
    sources: Mapping[str, RejectedRows] = field(default_factory=dict)
    limit: int | None = None
    full_refresh: bool = False
    executor: Executor | None = None
    part: Part | None = None
    rejects: RejectSink = field(kw_only=True)
    skipped: RejectSink = field(default_factory=NoSink)
    witness: Witness = UNWITNESSED
    notes: list[str] = field(default_factory=list)
    keep_success: KeepSuccess | None = None
    success: bool = False
    handover: Handover = field(default_factory=NoHandover)
    trace: Callable[[str], str] = lambda _: ""


class OneJob:
    """Runs the jobs of a run, one at a time.

    Args:
        jobs: all of them, in their order.
        so_far: of each job that has begun.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a run
        self,
        project: Project,
        jobs: Sequence[Job],
        clients: Clients,
        observer: JobObserver,
        so_far: JobsSoFar,
        request: RunRequest,
    ) -> None:
        self._project, self._clients, self._observer, self._so_far = project, clients, observer, so_far
        self._jobs, self._request = jobs, request
        self._kept: list[EarlierJob] = []
        self._done_before: list[tuple[Job, DoneJob, int]] = []
        self._untouched: set[str] = set()  # jobs of which this run only says what was said before
        self._scheduled = (
            ScheduledParts(request.part, observer, (request.rejects, request.skipped), so_far, request.stop)
            if request.part
            else None
        )
        for (name, part), entry in request.resumed.items():
            if self._scheduled is not None and not part and entry.status == "done":
                self._scheduled.groups[name] = (entry.database, entry.group_id)

    def run(self, job: Job) -> None:
        """Run a job; every way out, errors included, is told in the results."""
        if job.name not in self._request.sources and (said := nothing_delivered(job)):
            self._tell(JobResult(job.name, job.spec.target.model, notes=(said,)))
            return
        self._so_far.files += used_files(job, self._project.root, hashed=self._request.limit is None)
        try:
            client = self._clients.of(job)
        except OdooEtlError as error:
            failed = JobResult(job.name, job.spec.target.model, "failed", error=str(error), exit_code=error.exit_code)
            self._tell(failed)
            return
        self._request.handover.begin(job)
        self._run(job, client)
        self._so_far.files += used_copies(job, self._project.root, hashed=self._request.limit is None)

    def _tell(self, result: JobResult) -> None:
        """A job ended before it began."""
        self._so_far.add(result)
        self._observer.job_finished(result)

    def done_before(self, job: Job) -> None:
        """Take over what the run that is to go on said of a job that it had done."""
        request, place = self._request, len(self._so_far)
        if request.ledger is None:
            return
        looks = request.looks.ended.get(job.name, ())
        done = take_over(request.ledger, request.run_id, entries_of(request.resumed, job.name), looks, request.rejects)
        made = [
            take_over(request.ledger, request.run_id, entries_of(request.resumed, name), (), NoSink())
            for name in made_for(request.resumed, job.name)
        ]
        for result in (result for one in (done, *made) for result in one.results):
            self._so_far.add(result)
            self._observer.job_finished(result)
            self._untouched.add(result.job)
        if not done.entry.group_id and self._rows(job).is_whole:
            self._done_before.append((job, done, place))

    def revisit(self) -> None:
        """Look once more at jobs whose records other jobs have changed, and at those that are changed by that."""
        self._kept = sorted([*self._kept, *self._owed()], key=lambda kept: kept.place)
        due = [kept for kept in self._kept if is_due(kept, self._kept, self._so_far.results())]
        for _ in range(LOOKS):
            wrote = [kept for kept in due if self._revisit(kept)]
            due = [kept for kept in self._kept if any(kept.is_behind(other) for other in wrote)]

    def _owed(self) -> Iterator[EarlierJob]:
        """The jobs that were done before, where any of them may have to be looked at again."""
        if not self._kept and not any(self._may_be_due(job, place) for job, _, place in self._done_before):
            return
        for job, done, place in self._done_before:
            models, are_kin, so_far = self._beside(job), self._has_kin(job), self._so_far[place]
            if not (models or are_kin):
                continue
            try:
                ties = ties_to_others(job, self._clients.of(job), models, kin=are_kin)
            except OdooEtlError as error:
                so_far.fail(error)
                continue
            rows = ReopenedRows(partial(self._reopen, job, done, so_far))
            yield EarlierJob(job, so_far, rows, ties, place, self._seen(job), self._request.looks.unseen(job.name))

    def _may_be_due(self, job: Job, place: int) -> bool:
        return bool(
            self._request.looks.unseen(job.name) or written_later(place, self._seen(job), self._so_far.results())
        )

    def _seen(self, job: Job) -> frozenset[str]:
        """The jobs that this run did not touch and whose writes an earlier look at a job has seen."""
        return self._request.looks.seen(job.name) & self._untouched

    def _reopen(self, job: Job, done: DoneJob, so_far: JobSoFar) -> LandedRows:
        client = self._clients.of(job)
        return reopen(job, client, self._booking(job, client), done, so_far.note)

    def _revisit(self, kept: EarlierJob) -> bool:
        job, client = kept.job, self._clients.of(kept.job)
        booking = self._booking(job, client)
        if booking is not None:
            booking = replace(booking, again=True, resumed=None, full_refresh=False)
        rejects = self._request.rejects
        request = JobRequest(booking=booking, settler=self._settler(job), problem=job.problem, rejects=rejects)
        request = replace(request, witness=self._request.witness)
        return revisit(kept, client, self._observer, request)

    def close(self) -> None:
        """Give up the rows that were kept for a second look."""
        for kept in self._kept:
            kept.rows.close()

    def _run(self, job: Job, client: OdooClient) -> None:
        request, booking, rows = self._request, self._booking(job, client), self._rows(job)
        hooks = self._hooks(job)
        if booking is None or request.planned or not rows.is_whole:
            self._run_here(job, client, JobRequest(request.planned, booking, rows, rejects=request.rejects))
        elif self._scheduled is not None:
            depends_on = self._project.depends_on.get(job.name, frozenset())
            ending = Ending(self._ended(job, hooks), self._keep_success(job))
            self._scheduled.run(job, client, booking, depends_on, ending)
        elif request.executor is not None and not (why := why_whole(job.spec)):
            resumed = self._resumed(job.name, request.executor.workers)
            division = Division(request.executor, self._setup(job), resumed, request.rejects, request.skipped)
            division = replace(division, before=hooks.before, ended=self._ended(job, hooks))
            division = replace(division, keep_success=self._keep_success(job))
            booking = replace(booking, resumed=resumed.get(""))
            run_divided(job, client, self._observer, self._so_far, booking, division)
        else:
            booking = replace(booking, resumed=self._resumed(job.name, 0).get(""))
            others = self._neighbours(job)
            own = JobRequest(booking=booking, neighbours=others, rejects=request.rejects)
            so_far = self._run_here(job, client, own)
            if request.executor is not None:
                so_far.note(why)

    def _rows(self, job: Job) -> Extent:
        """The rows that the run takes of a job."""
        source, limit = self._request.sources.get(job.name), self._request.limit
        if source is not None:
            return SomeRows(source, limit, source.attempts)
        return AllRows() if limit is None else SomeRows(limit=limit)

    def _run_here(self, job: Job, client: OdooClient, request: JobRequest) -> JobSoFar:
        so_far = self._so_far.begin(job.name, job.spec.target.model)
        request = replace(request, settler=self._settler(job), problem=job.problem, skipped=self._request.skipped)
        request = replace(request, witness=self._request.witness, keep_success=self._keep_success(job))
        hooks = self._hooks(job)
        told = tuple(listed(hooks.first, hooks.last))
        request = replace(request, before=hooks.before, ended=self._ended(job, hooks), listed=told)
        if job.spec.creating:
            request = supplied(job.name, client, self._observer, self._so_far.begin, request)
        run_job(job.spec, client, self._observer, so_far, request)
        return so_far

    def _keep_success(self, job: Job) -> KeepSuccess | None:
        """Keeps the rows of a job that landed, where somebody asks for them; a plan lands none."""
        request = self._request
        asked = (request.success or job.spec.success) and request.planned is None
        return request.keep_success if asked else None

    def _hooks(self, job: Job) -> Hooks:
        """The steps of a job that know no record."""
        environment = {**run_environment(self._request.run_id, self._project.environment), "ODOO_ETL_JOB": job.name}
        return Hooks(job.spec.before, job.spec.last_hooks, job.path.parent, environment, self._request.stop)

    def _ended(self, job: Job, hooks: Hooks) -> Callable[[Counts], None]:
        """Carries out what follows a job; then it is noted where its files go."""

        def ended(counts: Counts) -> None:
            hooks.after(counts)
            self._request.handover.ended(job)

        return ended

    def _neighbours(self, job: Job) -> Neighbours | None:
        """The other jobs that may change what a job wrote; it may have to be looked at again then."""
        models, are_kin, number = self._beside(job), self._has_kin(job), len(self._so_far)
        if not (models or are_kin):
            return None

        def keep(gathered: Gathered, rejected: RejectedLines, ties: Ties) -> None:
            rows = LandedRows(gathered, rejected)
            self._kept.append(EarlierJob(job, self._so_far[number], rows, ties, number))

        return Neighbours(models, are_kin, keep)

    def _beside(self, job: Job) -> frozenset[str]:
        """The models that other jobs write in the same Odoo."""
        return frozenset(other.spec.target.model for other in self._jobs if other is not job and _is_beside(other, job))

    def _has_kin(self, job: Job) -> bool:
        """Whether other jobs write the same fields of the model, or its records are related to each other."""
        same = [
            other for other in self._jobs if _is_beside(other, job) and other.spec.target.model == job.spec.target.model
        ]
        if len(same) > 1 and any(other.spec.relates_to_itself for other in same):
            return True
        return any(other is not job and other.spec.shares_fields(job.spec) for other in same)

    def _resumed(self, name: str, workers: int) -> dict[str, JobEntry]:
        """Part to its entry in the run that is to go on; nothing, where that was divided in another way (0: not)."""
        known = {part: entry for (job, part), entry in self._request.resumed.items() if job == name}
        parts = {part.partition("/")[2] for part in known if "/" in part}
        as_now = parts == {str(workers)} if workers else not any(entry.group_id for entry in known.values())
        if known and not as_now:
            self._observer.note(
                name, "the run that is to go on was divided in another way: each row is looked at again"
            )
            return {}
        return known

    def _settler(self, job: Job) -> Settler:
        tell = partial(self._observer.waiting, job.name)
        return Settler(self._request.stop.pause, job.spec.load.settle, tell=tell)

    def _booking(self, job: Job, client: OdooClient) -> Booking | None:
        request = self._request
        if request.ledger is None:
            return None
        return Booking(
            ledger=request.ledger,
            run_id=request.run_id,
            database=client.db,
            settler=self._settler(job),
            note=lambda text: self._observer.note(job.name, text),
            resumed=request.resumed.get((job.name, "")),
            full_refresh=request.full_refresh,
            retried=request.sources[job.name].run if job.name in request.sources else "",
            destination=lambda: self._clients.destination_of(job),
        )

    def _setup(self, job: Job) -> WorkerSetup:
        project = self._project
        url = project.project.state.url
        address, trace = self._clients.address_of(job), self._request.trace(job.name)
        return WorkerSetup(job.spec, address, url, project.state_dir, self._request.run_id, trace=trace)


def _is_beside(one: Job, other: Job) -> bool:
    """Whether two jobs write to the same Odoo."""
    return one.spec.target.connection == other.spec.target.connection
