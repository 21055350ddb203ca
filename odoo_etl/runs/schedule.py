"""The jobs of a run, one after the other in dependency order; a failed job skips what depends on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING

from odoo_etl.connections import destination, open_client, retry_policy
from odoo_etl.errors import OdooEtlError
from odoo_etl.results import Counts, JobObserver, JobResult, Observer
from odoo_etl.runs.announced import Announced
from odoo_etl.runs.clients import Clients
from odoo_etl.runs.one_job import OneJob, RunRequest
from odoo_etl.spec import Job, LoadSpec, Project
from odoo_etl.state import JobPart
from odoo_etl.undoing import UndoRequest, judge_job, undo_job

if TYPE_CHECKING:
    from odoo_etl.odoo import OdooClient
    from odoo_etl.state import JobEntry

# When several things went wrong, the gravest decides: a failed job, a busy one, no start, a limit, then rejected rows.
REJECTED = 3
WORST_FIRST = (1, 6, 5, 4, 2)


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
    wrote = request.planned is None and any(map(_wrote, results))
    return exit_code(results, wrote=wrote)


def undo_jobs(
    project: Project, entries: Sequence[JobEntry], observer: JobObserver, results: list[JobResult], request: UndoRequest
) -> int:
    """Undo the jobs of a run, the last one first; a job that fails ends it.

    Args:
        request: its `db`, `settler` and `destination` are filled in for each job.

    Returns:
        The exit code of the undo.
    """
    writes = request.shown is None
    judged = {entry.id: _judged(project, entry, observer, request) for entry in entries} if writes else {}
    for entry in reversed(entries):
        result = JobResult(entry.job, entry.model)
        results.append(result)
        with _undoing(project, entry, observer, request) as (client, own):
            undo_job(entry, client, observer, result, replace(own, judged=judged.get(entry.id, {})))
        if result.status != "done":
            break
    return exit_code(results, wrote=writes and any(map(_wrote, results)))


@contextmanager
def _undoing(
    project: Project, entry: JobEntry, observer: JobObserver, request: UndoRequest
) -> Iterator[tuple[OdooClient, UndoRequest]]:
    """The client that a job wrote with, and the request for it."""
    name = entry.details.get("connection", "main")
    connection = project.connection(name)
    known = project.jobs.get(entry.job)
    load = known.spec.load if known else LoadSpec()
    settler = replace(request.settler, settle_s=load.settle)
    with open_client(
        connection,
        project.state_dir,
        pool_size=1,
        retry=retry_policy(load.retry),
        on_retry=lambda event: observer.note(entry.job, str(event)),
        sleep=settler.pause,
    ) as client:
        where = partial(destination, name, connection, client)
        yield client, replace(request, db=client.db, settler=settler, destination=where)


def _judged(project: Project, entry: JobEntry, observer: JobObserver, request: UndoRequest) -> dict[int, str]:
    """The verdicts of `judge_job` on a job; none where an error prevents them, which its undo will meet and report."""
    try:
        with _undoing(project, entry, observer, request) as (client, own):
            return judge_job(entry, client, observer, own)
    except OdooEtlError:
        return {}


def exit_code(results: Sequence[JobResult], *, wrote: bool) -> int:
    """The code of the contract for these results; "nothing was written" (2, 5) is not true once a job has."""
    codes = {1 if wrote and result.exit_code in {2, 5} else result.exit_code for result in results}
    for code in WORST_FIRST:
        if code in codes:
            return code
    return REJECTED if any(map(_incomplete, results)) else 0


def _incomplete(result: JobResult) -> bool:
    """Whether a job that ended well left something for a person to look at."""
    refused = result.vanished is not None and result.vanished.refused
    left = result.undone is not None and result.undone.left
    return bool(result.counts.rejected or result.discrepancies.not_kept_values or refused or left)


def _wrote(result: JobResult) -> bool:
    removed = result.vanished is not None and result.vanished.wrote
    return result.wrote or bool(result.counts.created or result.counts.updated) or removed


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
