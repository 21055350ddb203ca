"""`odoo-etl run`: make Odoo equal to the sources of the selected jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._choice import lands, writes
from odoo_etl.cli._project import (
    FullRefreshOption,
    JsonOption,
    LimitOption,
    ProjectOption,
    SchedulerOption,
    Selectors,
    WorkersOption,
    wanted_workers,
)
from odoo_etl.cli._run import carry_out
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.results import RunResult
    from odoo_etl.runs import Workspace


@lands
@writes
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
    if partition and (workers or scheduler):
        raise UsageError("--partition goes with neither --workers nor --scheduler")

    def use_case(workspace: Workspace) -> RunResult:
        from odoo_etl.runs import Partition, run

        divided = Partition(partition) if partition else wanted_workers(workers, scheduler)
        return run(workspace, jobs or [], limit=limit, full_refresh=full_refresh, divided=divided)

    carry_out(use_case, project, as_json=json_)
