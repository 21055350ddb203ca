"""The jobs of a run, one after the other in dependency order; a failed job skips what depends on it.

The observer hears of each rejected row once it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from odoo_etl.errors import Interrupted
from odoo_etl.observers import JobObserver, Observer
from odoo_etl.results import JobResult, RejectedRow, RejectSink
from odoo_etl.runs.exit_codes import exit_code
from odoo_etl.runs.jobs.clients import Clients
from odoo_etl.runs.jobs.one_job import OneJob, RunRequest
from odoo_etl.so_far import JobsSoFar
from odoo_etl.spec import Job, Project
from odoo_etl.text import redacted, secrets_in_use

NOT_ATTEMPTED = "not attempted: the run was interrupted before"


def run_jobs(project: Project, jobs: Sequence[Job], observer: Observer, so_far: JobsSoFar, request: RunRequest) -> int:
    """Run jobs, or only plan them.

    Args:
        jobs: in dependency order, as `select_jobs` gives them.
        so_far: takes each job as it begins, so that it is true also when a signal ends the run.

    Returns:
        The exit code of the run.
    """
    request = replace(request, rejects=Announced(request.rejects, observer))
    observer.jobs_chosen([job.name for job in jobs])
    with ExitStack() as stack:
        share = 1 / request.part.of if request.part else 1.0
        clients = Clients(project, jobs, observer, stack, request.stop, share)
        one = stack.enter_context(closing(OneJob(project, jobs, clients, observer, so_far, request)))
        stack.enter_context(_open_named(jobs, so_far))
        for job in jobs:
            blocker = _blocker(job.name, project.depends_on, so_far.results())
            entry = request.resumed.get((job.name, ""))
            if blocker:
                so_far.add(_skipped(job, blocker, observer, request))
            elif entry is not None and entry.status == "done":
                one.done_before(job)
            else:
                one.run(job)
                _book_failed(job, so_far, request)
        one.revisit()
        if request.planned is None and all(result.status == "done" for result in so_far.results()):
            request.notes.extend(clients.expiring_keys(datetime.now(UTC)))
    return exit_code(so_far.results(), writes=request.planned is None)


@contextmanager
def _open_named(jobs: Sequence[Job], so_far: JobsSoFar) -> Iterator[None]:
    """Where a signal ends the run, name the jobs that it did not come to."""
    try:
        yield
    except Interrupted:
        known = {result.job for result in so_far.results()}
        for job in jobs:
            if job.name not in known:
                so_far.add(JobResult(job.name, job.spec.target.model, "skipped", error=NOT_ATTEMPTED))
        raise


def _blocker(name: str, depends_on: Mapping[str, frozenset[str]], results: Sequence[JobResult]) -> str:
    """The first job that this one depends on and that did not end well, or ""."""
    bad = [result.job for result in results if result.status != "done" and result.job in depends_on.get(name, ())]
    return bad[0] if bad else ""


def _skipped(job: Job, blocker: str, observer: JobObserver, request: RunRequest) -> JobResult:
    why = f"skipped because {blocker} did not end well"
    result = JobResult(job.name, job.spec.target.model, "skipped", error=why)
    if request.ledger is not None and request.planned is None:
        request.ledger.skip_job(request.run_id, job.name, job.spec.target.model, why)
    observer.job_finished(result)
    return result


def _book_failed(job: Job, so_far: JobsSoFar, request: RunRequest) -> None:
    """Have it in the ledger that a job failed before it had an entry there: its source or its server was not there."""
    if request.ledger is None or request.planned is not None:
        return
    failed = next((one for one in so_far.results() if one.job == job.name and one.status == "failed"), None)
    if failed is not None and all(entry.job != job.name for entry in request.ledger.jobs(request.run_id)):
        why = redacted(failed.error, secrets_in_use())
        request.ledger.skip_job(request.run_id, job.name, failed.model, why, failed=True)


class Announced:
    """A sink that keeps a row first, then lets the observer know.

    Args:
        rejects: where the rows are kept.
    """

    def __init__(self, rejects: RejectSink, observer: Observer) -> None:
        self._rejects, self._observer = rejects, observer

    def begin(self, job: str, columns: list[str]) -> None:
        """The rows of a job have these columns."""
        self._rejects.begin(job, columns)

    def keep(self, job: str, row: RejectedRow) -> None:
        """Keep a row, then tell of it."""
        self._rejects.keep(job, row)
        self._observer.rejected(job, row)

    def end(self, job: str) -> str:
        """No further row of the job comes."""
        return self._rejects.end(job)
