"""`odoo-etl guess`: from a file and a model to a job."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, workspace
from odoo_etl.cli._streams import say


def guess(
    file: Annotated[Path, typer.Argument(help="One CSV file, workbook, Parquet file or SQLite database.")],
    *,
    model: Annotated[str, typer.Option(metavar="MODEL", help="For example res.partner.")],
    sheet: Annotated[str, typer.Option(metavar="NAME", help="Of a workbook, or the table of a database.")] = "",
    job: Annotated[str, typer.Option(metavar="NAME", help="The name of the job; default: that of the file.")] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", show_default=False, help="Default: pipelines/NAME.yaml.")
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(metavar="DIR", show_default=False, help="Ask no server: snapshots of `schema pull` in DIR."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no server: the snapshots of the project.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a job that is there.")] = False,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Guess the job for a file, and write it.

    How the file is read, which column is which field, lookups and key. Odoo is only read.
    What is unsure stands in the job as a comment.
    """
    from odoo_etl.runs import guess as guess_job
    from odoo_etl.runs.guessed import GuessOptions

    options = GuessOptions(sheet, job, out, schema, offline, force)
    found = guess_job(workspace(project), file, model, options)
    if json_:
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(found), ensure_ascii=False, default=str))
    else:
        from odoo_etl.reporting.guessed import guessed_lines

        for line in guessed_lines(found.guess, found.job, found.path, found.origin, shutil.get_terminal_size().columns):
            say(line)
    if not found.path:
        raise typer.Exit(2)
