"""`odoo-etl run`: make Odoo equal to the sources of the selected jobs."""

from __future__ import annotations

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, Selectors
from odoo_etl.cli._run import Request, perform


def run(
    jobs: Selectors = None,
    *,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Run jobs: write to Odoo what differs from their sources."""
    result = perform(Request("run", project, jobs or [], json_))
    raise typer.Exit(result.exit_code)
