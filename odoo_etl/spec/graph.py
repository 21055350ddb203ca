"""Which job runs before which: what `depends_on` says, and what lookups imply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from odoo_etl.errors import Problem
from odoo_etl.spec.project import Job

Edges = Mapping[str, frozenset[str]]  # job name -> the names of the jobs before it


def dependencies(jobs: Mapping[str, Job]) -> dict[str, frozenset[str]]:
    """What each job waits for.

    A lookup into a model that another job writes adds an edge, unless that edge lies on a cycle: two jobs that look
    each other's records up have no order between them.
    """
    written = {name: frozenset(job.spec.depends_on) & jobs.keys() for name, job in jobs.items()}
    implied = {name: _looked_up(job, jobs) for name, job in jobs.items()}
    everything = {name: written[name] | implied[name] for name in jobs}
    return {
        name: written[name] | {other for other in implied[name] if name not in reachable(everything, other)}
        for name in jobs
    }


def _looked_up(job: Job, jobs: Mapping[str, Job]) -> frozenset[str]:
    models = {field.lookup.model for field in job.spec.fields.values() if field.lookup}
    return frozenset(name for name, other in jobs.items() if name != job.name and other.spec.target.model in models)


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
