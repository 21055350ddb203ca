"""Which jobs are meant by selectors, and which runs before which: what `depends_on` says, and what lookups imply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter

from odoo_etl.errors import Problem, SpecError
from odoo_etl.spec.problems import nearest
from odoo_etl.spec.project import Job, Project

Edges = Mapping[str, frozenset[str]]  # job name -> the names of the jobs before it
TAG = "tag:"


def dependencies(jobs: Mapping[str, Job]) -> dict[str, frozenset[str]]:
    """Map each job to the jobs that it waits for.

    A lookup into a model that another job creates records of adds an edge, unless that edge lies on a cycle: two jobs
    that look each other's records up have no order between them (`dropped` tells of it).
    """
    written, implied = _written(jobs), {name: _looked_up(job, jobs) for name, job in jobs.items()}
    everything = {name: written[name] | implied[name] for name in jobs}
    return {
        name: written[name] | {other for other in implied[name] if name not in reachable(everything, other)}
        for name in jobs
    }


def dropped(jobs: Mapping[str, Job], edges: Edges) -> list[str]:
    """A sentence for each lookup into what another job creates that puts no order between the two.

    Args:
        jobs: those that run together.
        edges: what each waits for.
    """
    return [
        _note(jobs[name], jobs[other], edges)
        for name, job in sorted(jobs.items())
        for other in sorted(_looked_up(job, jobs) - edges.get(name, frozenset()))
    ]


def _note(job: Job, other: Job, edges: Edges) -> str:
    models = ", ".join(sorted((other.spec.creates | other.spec.supplied) & job.spec.looked_up))
    what = f"job {job.name} looks up records of {models}, which job {other.name} creates"
    if job.name in reachable(edges, other.name):
        return f"{what}, but runs before it, as depends_on says: what is not there yet is not found"
    return (
        f"{what}, but does not wait for it, since that one looks up, itself or through others, what {job.name} creates:"
        " say in depends_on which of them comes first"
    )


def _written(jobs: Mapping[str, Job]) -> dict[str, frozenset[str]]:
    return {name: frozenset(job.spec.depends_on) & jobs.keys() for name, job in jobs.items()}


def _looked_up(job: Job, jobs: Mapping[str, Job]) -> frozenset[str]:
    """The other jobs that create records of a model that this one looks up, and does not create what it lacks of."""
    models = job.spec.looked_up - job.spec.supplied
    others = {name: other.spec for name, other in jobs.items() if name != job.name}
    return frozenset(
        name for name, other in others.items() if other.creates & job.spec.looked_up or other.supplied & models
    )


def reachable(edges: Mapping[str, Iterable[str]], start: str) -> frozenset[str]:
    """Everything that can be reached from `start`, itself only if it lies on a cycle."""
    seen: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(edges.get(name, ()))
    return frozenset(seen)


def in_dependency_order(names: Iterable[str], edges: Edges) -> list[str]:
    """The names so that each comes after what it waits for, also through jobs that are left out; else by name."""
    wanted = sorted(names)
    before = {name: sorted(reachable(edges, name) & set(wanted)) for name in wanted}
    sorter = TopologicalSorter(before)
    sorter.prepare()
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered.extend(ready)
        sorter.done(*ready)
    return ordered


def cycle_problems(jobs: Iterable[Job]) -> list[Problem]:
    """The cycle in what `depends_on` says, shown as the way round it; a job naming itself is reported elsewhere."""
    by_name = {job.name: job for job in jobs}
    edges = {name: [d for d in job.spec.depends_on if d in by_name] for name, job in by_name.items()}
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        way: list[str] = error.args[1][::-1]  # graphlib lists each job before those that wait for it
        job = by_name[way[0]]
        message = f"the jobs wait for each other: {' → '.join(way)}"
        at = ("depends_on", job.spec.depends_on.index(way[1]))
        return [job.problem(at, message, "remove one of these `depends_on`")]
    return []


def select_jobs(project: Project, selectors: Sequence[str], *, connected: bool = True) -> list[Job]:
    """The jobs that the selectors pick (all without a selector), each after those it depends on.

    Args:
        connected: their connections are needed.

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
    problems += _connection_problems(project, jobs) if connected else ()
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
