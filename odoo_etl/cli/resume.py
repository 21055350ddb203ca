"""`odoo-etl resume`: go on where a run ended."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, SchedulerOption, WorkersOption, wanted_executor
from odoo_etl.cli._run import Choose, Open, Request, Work, perform
from odoo_etl.cli._run import run as run_jobs
from odoo_etl.cli._stored import stored_arguments
from odoo_etl.errors import Busy, UsageError

if TYPE_CHECKING:
    from odoo_etl.state import JobEntry, Ledger, RunEntry

RESUMABLE = ("run", "resume")
MANY = 10_000  # a scheduler may be refused every minute while a long run lives


def resume(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]", show_default=False, help="The run's id; default: the last one that ended early."
        ),
    ] = None,
    *,
    project: ProjectOption = None,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    json_: JsonOption = False,
) -> None:
    """Go on with a run that failed, was interrupted or was killed: what it had confirmed is not sent again."""
    request = Request("resume", project, [], json_, executor=wanted_executor(workers, scheduler))
    result = perform(request, resuming(run))
    raise typer.Exit(result.exit_code)


def resuming(run: str | None) -> Choose:
    """What goes on with a run, or with the last one that ended early."""
    return lambda opened: _rest(_entry(opened.ledger, run), opened)


def _entry(ledger: Ledger, run: str | None) -> RunEntry:
    """The run that is meant; of one that only tried to go on, and began nothing, the run that it was to go on with.

    Raises:
        UsageError: there is none, it needs no resuming, or cannot be resumed.
    """
    entry = _last(ledger) if run is None else _named(ledger, run)
    while entry.command == "resume" and not _begun(ledger, entry) and (parent := ledger.run(entry.parent)):
        entry = parent
    if undone := ledger.lineage.undone_by(entry.id):
        raise UsageError(
            f"run {entry.id} was undone by run {undone}, so it is not gone on with: `odoo-etl run` loads its rows again"
        )
    return entry


def _last(ledger: Ledger) -> RunEntry:
    """The last run that was not refused, as long as it did not end well."""
    runs = (one for one in ledger.runs(MANY, RESUMABLE) if one.exit_code != Busy.exit_code)
    last = next(runs, None)
    if last is None or last.ended_well:
        why = f"the last run, {last.id}, ended well" if last else "there is no run yet that was not refused"
        raise UsageError(f"nothing to resume: {why}")
    return last


def _named(ledger: Ledger, run: str) -> RunEntry:
    entry = ledger.run(run)
    if entry is None or entry.command not in RESUMABLE:
        known = ", ".join(one.id for one in ledger.runs(3, RESUMABLE)) or "none"
        raise UsageError(f"there is no run {run!r} to resume; the last ones: {known}")
    if entry.ended_well:
        raise UsageError(f"nothing to resume: run {run} ended well")
    if entry.exit_code == Busy.exit_code:
        raise UsageError(
            f"nothing to resume: run {run} was refused, since another one was alive (exit code {Busy.exit_code});"
            " `odoo-etl run` starts anew"
        )
    return entry


def _begun(ledger: Ledger, entry: RunEntry) -> bool:
    return any(one.status != "skipped" for one in ledger.jobs(entry.id))


def _entries(ledger: Ledger, entry: RunEntry) -> dict[tuple[str, str], JobEntry]:
    """Job and part to the entry to go on with: that of a second look at a job that was done is none."""
    entries = [one for one in ledger.jobs(entry.id) if one.status != "skipped" and not one.details.get("again")]
    return {(one.job, one.part): one for one in entries}


def _rest(entry: RunEntry, opened: Open) -> Work:
    """The jobs of a run, from where each had come to."""
    from odoo_etl.spec import select_jobs

    stored = stored_arguments(entry)
    selectors, part, limit, anew = stored.selectors, stored.part, stored.limit, stored.full_refresh
    jobs = select_jobs(opened.project, selectors)
    begun = _entries(opened.ledger, entry)
    if part:  # to the run it is the whole
        begun = {(job, ""): one for (job, its), one in begun.items() if its == part}
    has_cluster = bool(opened.project.project.executor.scheduler)
    executor = stored.executor_for(opened.request.executor, entry.id, has_cluster=has_cluster)
    request = replace(opened.request, executor=executor, limit=limit, full_refresh=anew)
    opened = replace(opened, request=request)
    begin = partial(run_jobs, opened, jobs, resumed=begun, part=part)
    return Work(begin, selectors, entry.id, part, executor, limit, anew)
