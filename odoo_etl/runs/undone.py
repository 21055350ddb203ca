"""Taking a run back: its jobs, the last one first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from odoo_etl.connections import destination, open_client, retry_policy
from odoo_etl.errors import Busy, OdooEtlError, UsageError
from odoo_etl.observers import JobObserver, Observer
from odoo_etl.results import UNDOABLE
from odoo_etl.runs.exit_codes import exit_code
from odoo_etl.runs.followed import within
from odoo_etl.runs.past import LAST, MANY, SHOWN, by_name, check_not_purged, ids
from odoo_etl.runs.work import Open, Work
from odoo_etl.so_far import JobsSoFar
from odoo_etl.spec import LoadSpec, Project
from odoo_etl.state import JobEntry, Ledger, RunEntry
from odoo_etl.sync.writing import Settler
from odoo_etl.undoing import UndoRequest, judge_job, undo_job
from odoo_etl.watching import CallsOf

if TYPE_CHECKING:
    from odoo_etl.odoo import OdooClient

NOTHING_TO_TAKE_BACK = "skipped"


def undoing(opened: Open, run: str, *, delete: bool) -> Work:
    """The jobs of a run, to be taken back.

    Args:
        delete: delete what the run created, also where it could be archived.
    """
    entry, workspace = opened.followed or entry_of(opened.ledger, run), opened.request.workspace
    check_not_purged(opened.ledger, entry, "undone")
    jobs = [one for one in opened.ledger.jobs(entry.id) if one.status != NOTHING_TO_TAKE_BACK]
    request = UndoRequest(
        opened.ledger,
        opened.run_id,
        settler=Settler(workspace.stop.pause),
        shown=opened.request.plan_shown,
        keep=opened.folder.keep_changes if opened.request.every_change else None,
        delete=delete,
    )
    return Work(lambda: undo_jobs(opened.project, jobs, workspace.observer, opened.jobs, request), parent=entry.id)


def entry_of(ledger: Ledger, run: str, told: str | None = None) -> RunEntry:
    """The run that is meant; of `last`, the last one that was not refused and is no undo itself.

    Args:
        told: given, the last one of this environment.

    Raises:
        UsageError: there is none.
    """
    if run == LAST:
        found = next(
            (one for one in within(ledger.runs(MANY, UNDOABLE), told) if one.exit_code != Busy.exit_code), None
        )
    else:
        found = by_name(ledger, run)
    if found is None:
        raise UsageError(f"there is no run {run!r}; the last ones: {ids(ledger.runs(SHOWN))}")
    return found


def undo_jobs(
    project: Project, entries: Sequence[JobEntry], observer: Observer, so_far: JobsSoFar, request: UndoRequest
) -> int:
    """Undo the jobs of a run, the last one first, those last that created what others refer to; one that fails ends it.

    Args:
        so_far: takes each job as it begins.
        request: its `db`, `settler` and `destination` are filled in for each job.

    Returns:
        The exit code of the undo.
    """
    writes = request.shown is None
    judged = {entry.id: _judged(project, entry, observer, request) for entry in entries} if writes else {}
    ordered = sorted(entries, key=lambda one: (bool(one.details.get("made_for")), -one.id))
    observer.jobs_chosen([entry.job for entry in ordered])
    for entry in ordered:
        its = so_far.begin(entry.job, entry.model)
        with _undoing(project, entry, observer, request) as (client, own):
            undo_job(entry, client, observer, its, replace(own, judged=judged.get(entry.id, {})))
        if its.result.status != "done":
            break
    return exit_code(so_far.results(), writes=writes)


@contextmanager
def _undoing(
    project: Project, entry: JobEntry, observer: JobObserver, request: UndoRequest
) -> Iterator[tuple[OdooClient, UndoRequest]]:
    """The client that a job wrote with, and the request for it."""
    name = entry.details.get("connection", "main")
    connection = project.connection(name)
    known = project.jobs.get(entry.job)
    load = known.spec.load if known else LoadSpec()
    calls, tell = CallsOf(observer, entry.job), partial(observer.waiting, entry.job)
    settler = replace(request.settler, settle_s=load.settle, tell=tell)
    with open_client(
        connection,
        project.state_dir,
        pool_size=1,
        retry=retry_policy(load.retry),
        on_retry=calls.retried,
        sleep=settler.pause,
        watch=calls,
    ) as client:
        where = partial(destination, name, project, client)
        yield client, replace(request, db=client.db, settler=settler, destination=where)


def _judged(project: Project, entry: JobEntry, observer: JobObserver, request: UndoRequest) -> dict[int, str]:
    """The verdicts of `judge_job` on a job; none where an error prevents them, which its undo will meet and report."""
    try:
        with _undoing(project, entry, observer, request) as (client, own):
            return judge_job(entry, client, observer, own)
    except OdooEtlError:
        return {}
