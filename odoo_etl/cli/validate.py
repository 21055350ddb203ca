"""`odoo-etl validate`: every problem of the project's files, and with --online also of their fit to the server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, Selectors, open_jobs
from odoo_etl.cli._streams import say
from odoo_etl.errors import CannotStart, Problem, SpecError

if TYPE_CHECKING:
    from odoo_etl.spec import Job, Project


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
    try:
        checked = _checked(project, jobs, online=online)
    except SpecError as error:
        checked = Checked(problems=error.problems, code=error.exit_code)
    if json_:
        typer.echo(_json(checked))
    else:
        say("\n".join(_lines(checked, online=online)))
    raise typer.Exit(checked.code)


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of `validate`.

    Attributes:
        names: of the jobs.
        notes: what is said of their order.
        problems: what is wrong with them, here or on the server.
        warnings: what fits today and may still go wrong later.
    """

    names: Sequence[str] = ()
    notes: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    code: int = 0


def _checked(project: Path | None, selectors: Sequence[str] | None, *, online: bool) -> Checked:
    """Everything that is to be said of the jobs."""
    from odoo_etl.spec import load_tests, open_to_others
    from odoo_etl.spec.graph import dropped

    loaded, selected = open_jobs(project, selectors)
    load_tests(loaded)
    names = [job.name for job in selected]
    notes = dropped({job.name: job for job in selected}, loaded.depends_on)
    notes += map(str, open_to_others(loaded.root, loaded.environment))
    if not online:
        return _offline(loaded, selected, Checked(names, notes))
    from odoo_etl.checks import check_online

    report = check_online(loaded, selected)
    code = SpecError.exit_code if report.problems else CannotStart.exit_code if report.rights else 0
    return Checked(names, notes, (*report.problems, *report.rights), report.warnings, code)


def _offline(project: Project, jobs: Sequence[Job], checked: Checked) -> Checked:
    """The findings together with those of snapshots of models."""
    from odoo_etl.checks import check_offline

    report = check_offline(project, jobs)
    code = SpecError.exit_code if report.problems else 0
    notes = [*checked.notes, *([report.note] if report.note else [])]
    return Checked(checked.names, notes, report.problems, report.warnings, code)


def _lines(checked: Checked, *, online: bool) -> list[str]:
    lines = [f"note: {note}" for note in checked.notes]
    lines += [str(problem) for problem in checked.problems]
    lines += [f"warning: {warning}" for warning in checked.warnings]
    if not checked.problems:
        count = "1 job is" if len(checked.names) == 1 else f"{len(checked.names)} jobs are"
        lines.append(f"{count} valid, here and on the server" if online else f"{count} valid")
    return lines


def _json(checked: Checked) -> str:
    document = {
        "valid": not checked.problems,
        "jobs": list(checked.names),
        "notes": list(checked.notes),
        "problems": [asdict(problem) for problem in checked.problems],
        "warnings": [asdict(warning) for warning in checked.warnings],
    }
    return json.dumps(document, ensure_ascii=False)
