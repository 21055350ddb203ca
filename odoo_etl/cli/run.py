"""`odoo-etl run`: make Odoo equal to the sources of the selected jobs."""

from __future__ import annotations

import typer

from odoo_etl.cli._project import JsonOption, LimitOption, ProjectOption, Selectors
from odoo_etl.cli._run import Request, perform


def run(
    jobs: Selectors = None,
    *,
    project: ProjectOption = None,
    limit: LimitOption = None,
    json_: JsonOption = False,
) -> None:
    """Run jobs: write to Odoo what differs from their sources."""
    result = perform(Request("run", project, jobs or [], json_, limit=limit))
    raise typer.Exit(result.exit_code)
