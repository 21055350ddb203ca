"""`odoo-etl run`: make Odoo equal to the sources of the selected jobs."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from odoo_etl.cli._project import (
    FullRefreshOption,
    JsonOption,
    LimitOption,
    ProjectOption,
    SchedulerOption,
    Selectors,
    WorkersOption,
    wanted_executor,
)
from odoo_etl.cli._run import Request, perform
from odoo_etl.errors import UsageError


def run(  # noqa: PLR0913 - options of the command line
    jobs: Selectors = None,
    *,
    project: ProjectOption = None,
    limit: LimitOption = None,
    full_refresh: FullRefreshOption = False,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    partition: Annotated[
        str,
        typer.Option(
            metavar="I/N", show_default=False, help="Do only part I of N of each job; other processes do the others."
        ),
    ] = "",
    json_: JsonOption = False,
) -> None:
    """Run jobs: write to Odoo what differs from their sources."""
    if partition and (workers or scheduler or limit):
        raise UsageError("--partition goes with none of --workers, --scheduler and --limit")
    request = Request("run", project, jobs or [], json_, limit=limit, full_refresh=full_refresh, part=partition)
    result = perform(replace(request, executor=wanted_executor(workers, scheduler)))
    raise typer.Exit(result.exit_code)
