"""`odoo-etl history`: the last runs of the project."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from odoo_etl.cli._completion import jobs as known_jobs
from odoo_etl.cli._project import JsonOption, ProjectOption, workspace
from odoo_etl.cli._streams import say


def history(
    jobs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[JOB...]", show_default=False, autocompletion=known_jobs, help="Names or globs; default: all jobs."
        ),
    ] = None,
    *,
    number: Annotated[int, typer.Option("-n", "--number", min=1, metavar="N", help="At most so many runs.")] = 20,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Tell of the last runs, newest first.

    How they ended, what became of their rows, and what followed them.
    """
    from odoo_etl.reporting.past import history_lines, marks_for
    from odoo_etl.runs import history

    found = history(workspace(project), jobs or (), limit=number + 1)
    runs, more = found[:number], len(found) > number
    if json_:
        typer.echo(json.dumps({"runs": [asdict(one) for one in runs], "more": more}, ensure_ascii=False, default=_told))
        return
    for line in history_lines(runs, more=more, marks=marks_for(sys.stdout.encoding)):
        say(line)


def _told(value: object) -> str:
    """A time as ISO 8601 has it."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
