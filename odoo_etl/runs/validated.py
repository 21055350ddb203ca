"""The findings about a project's files, here and, where that is asked for, on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from odoo_etl.checks import check_offline, check_online
from odoo_etl.errors import CannotStart, Problem, SpecError
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Job, Project, load_tests, open_to_others, select_jobs
from odoo_etl.spec.graph import dropped


@dataclass(frozen=True, slots=True)
class Validation:
    """The findings of `validate`.

    Attributes:
        jobs: their names, in the order in which they run.
        notes: what is said of their order.
        problems: what is wrong with them, here or on the server.
        warnings: what fits today and may still go wrong later.
        exit_code: 0 where nothing is wrong.
    """

    jobs: Sequence[str] = ()
    notes: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    exit_code: int = 0


def validated(workspace: Workspace, selectors: Sequence[str], *, online: bool) -> Validation:
    """Check jobs; raises as `use_cases.validate` does."""
    try:
        return _validated(workspace, selectors, online=online)
    except SpecError as error:
        return Validation(problems=error.problems, exit_code=error.exit_code)


def _validated(workspace: Workspace, selectors: Sequence[str], *, online: bool) -> Validation:
    project = workspace.load()
    selected = select_jobs(project, selectors)
    load_tests(project)
    names = [job.name for job in selected]
    notes = dropped({job.name: job for job in selected}, project.depends_on)
    notes += map(str, open_to_others(project.root, project.environment))
    channels = [problem for problems in project.unusable_channels.values() for problem in problems]
    found = Validation(names, notes, warnings=channels)
    return _online(project, selected, found) if online else _offline(project, selected, found)


def _online(project: Project, jobs: Sequence[Job], found: Validation) -> Validation:
    report = check_online(project, jobs)
    code = SpecError.exit_code if report.problems else CannotStart.exit_code if report.rights else 0
    return Validation(
        found.jobs, found.notes, (*report.problems, *report.rights), (*found.warnings, *report.warnings), code
    )


def _offline(project: Project, jobs: Sequence[Job], found: Validation) -> Validation:
    """The findings together with those of snapshots of models."""
    report = check_offline(project, jobs)
    code = SpecError.exit_code if report.problems else 0
    notes = [*found.notes, *([report.note] if report.note else [])]
    return Validation(found.jobs, notes, report.problems, (*found.warnings, *report.warnings), code)
