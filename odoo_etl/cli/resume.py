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
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.state import Ledger, RunEntry

RESUMABLE = frozenset({"run", "resume"})


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
    """The run that is meant.

    Raises:
        UsageError: there is none, or it needs no resuming.
    """
    runs = [one for one in ledger.runs() if one.command in RESUMABLE]
    if run is None:
        if not runs or runs[0].ended_well:
            last = f"the last run, {runs[0].id}, ended well" if runs else "there is no run yet"
            raise UsageError(f"nothing to resume: {last}")
        return runs[0]
    entry = ledger.run(run)
    if entry is None or entry.command not in RESUMABLE:
        known = ", ".join(one.id for one in runs[:3]) or "none"
        raise UsageError(f"there is no run {run!r} to resume; the last ones: {known}")
    if entry.ended_well:
        raise UsageError(f"nothing to resume: run {run} ended well")
    return entry


def _rest(entry: RunEntry, opened: Open) -> Work:
    """The jobs of a run, from where each had come to."""
    from odoo_etl.spec import select_jobs

    stored = stored_arguments(entry)
    selectors, part, limit, anew = stored.selectors, stored.part, stored.limit, stored.full_refresh
    jobs = select_jobs(opened.project, selectors)
    begun = {(one.job, one.part): one for one in opened.ledger.jobs(entry.id) if one.status != "skipped"}
    if part:  # to the run it is the whole
        begun = {(job, ""): one for (job, its), one in begun.items() if its == part}
    has_cluster = bool(opened.project.project.executor.scheduler)
    executor = stored.executor_for(opened.request.executor, entry.id, has_cluster=has_cluster)
    request = replace(opened.request, executor=executor, limit=limit, full_refresh=anew)
    opened = replace(opened, request=request)
    begin = partial(run_jobs, opened, jobs, resumed=begun, part=part)
    return Work(begin, selectors, entry.id, part, executor, limit, anew)
