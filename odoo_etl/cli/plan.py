"""`odoo-etl plan`: what `run` would write, without writing."""

from __future__ import annotations

from typing import Annotated

import typer

from odoo_etl.cli._project import FullRefreshOption, JsonOption, LimitOption, ProjectOption, Selectors
from odoo_etl.cli._run import Request, perform


def plan(  # noqa: PLR0913 - options of the command line
    jobs: Selectors = None,
    *,
    project: ProjectOption = None,
    show: Annotated[int, typer.Option(min=0, help="How many changes of each job to show.")] = 10,
    limit: LimitOption = None,
    full_refresh: FullRefreshOption = False,
    json_: JsonOption = False,
    detailed_exitcode: Annotated[bool, typer.Option(help="Exit with 8 when changes are pending.")] = False,
) -> None:
    """Count what a run would create, update, leave and reject, and show the first changes."""
    result = perform(
        Request(
            "plan",
            project,
            jobs or [],
            json_,
            plan_shown=show,
            changes_code=8 if detailed_exitcode else 0,
            limit=limit,
            full_refresh=full_refresh,
        )
    )
    raise typer.Exit(result.exit_code)
