"""The jobs of a run, one after the other in dependency order; a failed job skips what depends on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from odoo_etl.errors import OdooEtlError
from odoo_etl.loading.connection import open_client, retry_policy
from odoo_etl.loading.planned import Planned
from odoo_etl.loading.runner import run_job
from odoo_etl.odoo import OdooClient
from odoo_etl.results import JobResult, Observer
from odoo_etl.spec import Job, Project

# When several things went wrong, the gravest decides: a failed job, no start, a limit, then rejected rows.
REJECTED = 3
WORST_FIRST = (1, 5, 4, 2)


def run_jobs(
    project: Project, jobs: Sequence[Job], observer: Observer, results: list[JobResult], *, planned: Planned | None
) -> int:
    """Run jobs, or with `planned` only plan them.

    Args:
        jobs: in dependency order, as `select_jobs` gives them.
        results: filled job by job, so that it is true also when a signal ends the run.

    Returns:
        The exit code of the run.
    """
    with ExitStack() as stack:
        clients = _Clients(project, jobs, observer, stack)
        for job in jobs:
            blocker = _blocker(job.name, project.depends_on, results)
            if blocker:
                results.append(_skipped(job, blocker, observer))
                continue
            _run(job, clients, observer, results, planned)
    return exit_code(
        results, wrote=planned is None and any(one.counts.created or one.counts.updated for one in results)
    )


def exit_code(results: Sequence[JobResult], *, wrote: bool) -> int:
    """The code of the contract for these results; "nothing was written" (2, 5) is not true once a job has."""
    codes = {1 if wrote and result.exit_code in {2, 5} else result.exit_code for result in results}
    for code in WORST_FIRST:
        if code in codes:
            return code
    return REJECTED if any(result.counts.rejected for result in results) else 0


class _Clients:
    """One client for each connection, opened when first needed, closed with the run."""

    def __init__(self, project: Project, jobs: Sequence[Job], observer: Observer, stack: ExitStack) -> None:
        self._project, self._observer, self._stack = project, observer, stack
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
            )
            self._open[name] = self._stack.enter_context(client)
        self._open[name].retry = retry_policy(job.spec.load.retry)
        return self._open[name]


def _run(job: Job, clients: _Clients, observer: Observer, results: list[JobResult], planned: Planned | None) -> None:
    result = JobResult(job.name, job.spec.target.model)
    results.append(result)
    try:
        client = clients.of(job)
    except OdooEtlError as error:
        result.status, result.error, result.exit_code = "failed", str(error), error.exit_code
        observer.job_finished(result)
    else:
        run_job(job.spec, client, observer, result, planned)


def _blocker(name: str, depends_on: Mapping[str, frozenset[str]], results: Sequence[JobResult]) -> str:
    """The first job that this one depends on and that did not end well, or ""."""
    bad = [result.job for result in results if result.status != "done" and result.job in depends_on.get(name, ())]
    return bad[0] if bad else ""


def _skipped(job: Job, blocker: str, observer: Observer) -> JobResult:
    result = JobResult(job.name, job.spec.target.model, "skipped", error=f"skipped because {blocker} did not end well")
    observer.job_finished(result)
    return result
