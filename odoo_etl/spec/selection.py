"""Selectors: job names, globs, `tag:x`, `job+` (and what depends on it), `+job` (and what it depends on)."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from odoo_etl.errors import Problem, SpecError
from odoo_etl.spec.graph import in_dependency_order, reachable
from odoo_etl.spec.problems import nearest
from odoo_etl.spec.project import Job, Project

TAG = "tag:"


def select_jobs(project: Project, selectors: Sequence[str]) -> list[Job]:
    """The jobs that the selectors pick (all without a selector), each after those it depends on.

    Raises:
        SpecError: a selector picks nothing, or a connection that is needed lacks a variable.
    """
    names = set() if selectors else set(project.jobs)
    problems: list[Problem] = []
    for selector in selectors:
        picked = _picked(project, selector)
        if not picked:
            problems.append(_nothing(project, selector))
        names |= picked
    jobs = [project.jobs[name] for name in in_dependency_order(names, project.depends_on)]
    problems += _connection_problems(project, jobs)
    if problems:
        raise SpecError(problems)
    return jobs


def _picked(project: Project, selector: str) -> set[str]:
    core = selector.removeprefix("+").removesuffix("+")
    names = {name for name, job in project.jobs.items() if _matches(job, core)}
    picked = set(names)
    if selector.startswith("+"):
        picked.update(*(reachable(project.depends_on, name) for name in names))
    if selector.endswith("+"):
        picked |= {other for other in project.jobs if reachable(project.depends_on, other) & names}
    return picked


def _matches(job: Job, core: str) -> bool:
    if core.startswith(TAG):
        return any(fnmatchcase(tag, core.removeprefix(TAG)) for tag in job.spec.tags)
    return fnmatchcase(job.name, core)


def _nothing(project: Project, selector: str) -> Problem:
    core = selector.removeprefix("+").removesuffix("+")
    tags = sorted({f"{TAG}{tag}" for job in project.jobs.values() for tag in job.spec.tags})
    known = tags if core.startswith(TAG) else sorted(project.jobs)
    return Problem(f"the selector `{selector}` picks no job", hint=nearest(core, known))


def _connection_problems(project: Project, jobs: Sequence[Job]) -> list[Problem]:
    problems: list[Problem] = []
    for name in sorted({job.spec.target.connection for job in jobs}):
        problems.extend(project.unusable.get(name, ()))
    return problems
