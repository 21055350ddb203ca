"""`odoo-etl validate`: every problem of the project's files, and with --online also of their fit to the server."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, Selectors, workspace
from odoo_etl.cli._streams import say

if TYPE_CHECKING:
    from odoo_etl.runs.validated import Validation


def validate(
    jobs: Selectors = None,
    *,
    online: Annotated[
        bool, typer.Option("--online", help="Also check models, fields, types and rights on the server.")
    ] = False,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Check the project's files; with --online also against Odoo.

    Models that `schema pull` has described need no server. Nothing is written;
    no source is read but the first rows of files.
    """
    from odoo_etl import runs

    found = runs.validate(workspace(project), jobs or [], online=online)
    if json_:
        typer.echo(_json(found))
    else:
        say("\n".join(_lines(found, online=online)))
    raise typer.Exit(found.exit_code)


def _lines(found: Validation, *, online: bool) -> list[str]:
    lines = [f"note: {note}" for note in found.notes]
    lines += [str(problem) for problem in found.problems]
    lines += [f"warning: {warning}" for warning in found.warnings]
    if not found.problems:
        count = "1 job is" if len(found.jobs) == 1 else f"{len(found.jobs)} jobs are"
        lines.append(f"{count} valid, here and on the server" if online else f"{count} valid")
    return lines


def _json(found: Validation) -> str:
    document = {
        "valid": not found.problems,
        "jobs": list(found.jobs),
        "notes": list(found.notes),
        "problems": [asdict(problem) for problem in found.problems],
        "warnings": [asdict(warning) for warning in found.warnings],
    }
    return json.dumps(document, ensure_ascii=False)
