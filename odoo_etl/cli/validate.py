"""`odoo-etl validate`: every problem of the project's files, and with --online also of their fit to the server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, Selectors, open_jobs
from odoo_etl.cli._streams import say
from odoo_etl.errors import CannotStart, Problem, SpecError


def validate(
    jobs: Selectors = None,
    *,
    online: Annotated[
        bool, typer.Option("--online", help="Also check models, fields, types and rights on the server.")
    ] = False,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Check the project's files; no source is read, and nothing is written."""
    names: list[str] = []
    notes: list[str] = []
    problems: Sequence[Problem] = ()
    code = 0
    try:
        names, notes, problems, code = _checked(project, jobs, online=online)
    except SpecError as error:
        problems, code = error.problems, error.exit_code
    if json_:
        typer.echo(_json(names, notes, problems))
    else:
        say("\n".join([*(f"note: {note}" for note in notes), *_lines(names, problems, online=online)]))
    raise typer.Exit(code)


def _checked(
    project: Path | None, selectors: Sequence[str] | None, *, online: bool
) -> tuple[list[str], list[str], Sequence[Problem], int]:
    """The names of the jobs, what is said of their order, what is wrong with them on the server, and the exit code."""
    from odoo_etl.spec.graph import dropped

    loaded, selected = open_jobs(project, selectors)
    names = [job.name for job in selected]
    notes = dropped({job.name: job for job in selected}, loaded.depends_on)
    if not online:
        return names, notes, (), 0
    from odoo_etl.loading.online import check_online

    report = check_online(loaded, selected)
    code = SpecError.exit_code if report.problems else CannotStart.exit_code if report.rights else 0
    return names, notes, (*report.problems, *report.rights), code


def _lines(names: Sequence[str], problems: Sequence[Problem], *, online: bool) -> list[str]:
    if problems:
        return [str(problem) for problem in problems]
    count = "1 job is" if len(names) == 1 else f"{len(names)} jobs are"
    return [f"{count} valid, here and on the server" if online else f"{count} valid"]


def _json(names: Sequence[str], notes: Sequence[str], problems: Sequence[Problem]) -> str:
    told = [asdict(problem) for problem in problems]
    document = {"valid": not problems, "jobs": list(names), "notes": list(notes), "problems": told}
    return json.dumps(document, ensure_ascii=False)
