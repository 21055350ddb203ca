"""`odoo-etl retry`: run a job on the rows that it had rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._choice import writes
from odoo_etl.cli._completion import runs
from odoo_etl.cli._project import JsonOption, ProjectOption
from odoo_etl.cli._run import carry_out

if TYPE_CHECKING:
    from odoo_etl.results import RunResult
    from odoo_etl.runs import Workspace


@writes
def retry(
    run: Annotated[
        str,
        typer.Argument(
            metavar="[RUN]",
            show_default=False,
            autocompletion=runs,
            help="The run's id, or the beginning of it; default: the last one with rejects.",
        ),
    ] = "last",
    jobs: Annotated[
        list[str] | None, typer.Argument(metavar="[JOB...]", show_default=False, help="Only these jobs of it.")
    ] = None,
    *,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Run jobs on just the rows that they rejected: mend them in the rejects file, or mend Odoo, first.

    What lands leaves the file; what is rejected again stays there, with its new reason.
    """

    def use_case(workspace: Workspace) -> RunResult:
        from odoo_etl.runs import retry

        return retry(workspace, run, jobs or [])

    carry_out(use_case, project, as_json=json_)
