"""`odoo-etl resume`: go on where a run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._choice import writes
from odoo_etl.cli._completion import runs
from odoo_etl.cli._project import JsonOption, ProjectOption, SchedulerOption, WorkersOption, wanted_workers
from odoo_etl.cli._run import carry_out

if TYPE_CHECKING:
    from odoo_etl.results import RunResult
    from odoo_etl.runs import Workspace


@writes
def resume(
    run: Annotated[
        str,
        typer.Argument(
            metavar="[RUN]",
            show_default=False,
            autocompletion=runs,
            help="The run's id, or the beginning of it; default: the last one that ended early.",
        ),
    ] = "last",
    *,
    project: ProjectOption = None,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    json_: JsonOption = False,
) -> None:
    """Go on with a run that failed, was interrupted or was killed.

    What it had confirmed is not sent again.
    """

    def use_case(workspace: Workspace) -> RunResult:
        from odoo_etl.runs import resume

        return resume(workspace, run, divided=wanted_workers(workers, scheduler))

    carry_out(use_case, project, as_json=json_)
