"""`odoo-etl run`: make Odoo equal to the sources of the selected jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from odoo_etl.cli._run import Request, perform


def run(
    jobs: Annotated[list[str] | None, typer.Argument(help="Names, globs, tag:x, job+, +job; all without.")] = None,
    project: Annotated[Path, typer.Option(help="Where the project is.")] = Path(),
    json_: Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")] = False,
) -> None:
    """Run jobs: write to Odoo what differs from their sources."""
    result = perform(Request("run", project, jobs or [], json_))
    raise typer.Exit(result.exit_code)
