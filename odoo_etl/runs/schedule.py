"""The jobs of a run, one after the other in dependency order; a failed job skips what depends on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from odoo_etl.results import Counts, JobObserver, JobResult, Observer
from odoo_etl.runs.announced import Announced
from odoo_etl.runs.clients import Clients
from odoo_etl.runs.one_job import OneJob, RunRequest
from odoo_etl.runs.verdict import exit_code
from odoo_etl.spec import Job, Project
from odoo_etl.state import JobPart

if TYPE_CHECKING:
    from odoo_etl.state import JobEntry


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
    request = replace(request, rejects=Announced(request.rejects, observer))
    with ExitStack() as stack:
        share = 1 / request.part.of if request.part else 1.0
        clients = Clients(project, jobs, observer, stack, request.stop, share)
        one = stack.enter_context(closing(OneJob(project, jobs, clients, observer, results, request)))
        for job in jobs:
            blocker = _blocker(job.name, project.depends_on, results)
            entry = request.resumed.get((job.name, ""))
            if blocker:
                results.append(_skipped(job, blocker, observer, request))
            elif entry is not None and entry.status == "done":
                results.append(_done_before(job, entry, observer, request))
            else:
                one.run(job)
        one.revisit()
    return exit_code(results, writes=request.planned is None)


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


def _done_before(job: Job, entry: JobEntry, observer: JobObserver, request: RunRequest) -> JobResult:
    """A job that the resumed run had finished: its result as it was."""
    if request.ledger is not None:
        again = request.ledger.start_job(
            request.run_id,
            job.name,
            entry.model,
            entry.database,
            entry.spec_hash,
            entry.details,
            job_part=JobPart(entry.group_id, entry.part),
        )
        again.gathered(entry.source_hash, entry.rows or 0)
        again.finish("done", entry.counts)
    known = {name: count for name, count in entry.counts.items() if name in asdict(Counts())}
    result = JobResult(job.name, job.spec.target.model, counts=Counts(**known))
    result.notes.append(f"done in run {entry.run_id}")
    observer.job_finished(result)
    return result
