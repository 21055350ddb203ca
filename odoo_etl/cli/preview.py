"""`odoo-etl preview`: the first rows of a job, cells beside the values that a run would send."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from typing import Annotated

import typer

from odoo_etl.cli._completion import jobs
from odoo_etl.cli._project import JsonOption, ProjectOption, workspace
from odoo_etl.cli._streams import complain, say


def preview(
    job: Annotated[str, typer.Argument(metavar="JOB", help="The name of one job.", autocompletion=jobs)],
    *,
    rows: Annotated[int, typer.Option("--rows", "-n", min=1, max=10_000, help="How many rows to look at.")] = 20,
    row: Annotated[
        int, typer.Option(min=0, metavar="LINE", show_default=False, help="The row that begins in this line.")
    ] = 0,
    key: Annotated[str, typer.Option(metavar="VALUE", help="The rows with this text in the key's column.")] = "",
    where: Annotated[str, typer.Option(metavar="EXPRESSION", help="The rows for which this is true.")] = "",
    offline: Annotated[bool, typer.Option("--offline", help="Ask no server: use what `schema pull` has kept.")] = False,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Show what a run would make of the first rows of a job.

    Cells beside values, records by name, flaws in place.
    Nothing is written, neither in Odoo nor in the ledger. Exit code 3: a row would be rejected.
    """
    from odoo_etl.previews import Pick
    from odoo_etl.reporting.previewed import previewed_lines
    from odoo_etl.runs import preview as preview_rows

    shown = preview_rows(workspace(project), job, rows=rows, pick=Pick(row, key, where), offline=offline)
    if json_:
        typer.echo(json.dumps(asdict(shown), ensure_ascii=False, default=str))
    else:
        for line in previewed_lines(shown, shutil.get_terminal_size().columns):
            say(line)
    if shown.error:
        complain(f"error: {shown.error}")
    raise typer.Exit(shown.exit_code)
