"""Which jobs of a project run by which schedule: a job by its own, else by that of its tag, else by the project's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from odoo_etl.errors import Problem
from odoo_etl.spec.connection import ProjectSpec
from odoo_etl.spec.problems import nearest, problem_at
from odoo_etl.spec.project import Job, Project
from odoo_etl.spec.schedule import ScheduleSpec
from odoo_etl.spec.sources import FileKeys
from odoo_etl.spec.strict_yaml import Document
from odoo_etl.spec.tree import Path

PROJECT = "project"  # the name of the schedule that project.yaml gives all jobs
TAG = "tag:"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule and the jobs that run by it, together in one run.

    Attributes:
        name: of the job; `tag:x`; or `project`.
        spec: its timezone is said.
        jobs: their names, in order.
    """

    name: str
    spec: ScheduleSpec
    jobs: tuple[str, ...]


def scheduled(project: Project) -> dict[str, Scheduled]:
    """The schedules of a project by name, those that some job runs by."""
    timezone = project.project.defaults.timezone
    members: dict[str, list[str]] = {}
    specs: dict[str, ScheduleSpec] = {}
    for job in project.jobs.values():
        for name, spec in _choices(job, project.project)[:1]:
            if not spec.is_none:
                members.setdefault(name, []).append(job.name)
                specs[name] = spec.model_copy(update={"timezone": spec.timezone or timezone})
    return {name: Scheduled(name, specs[name], tuple(members[name])) for name in sorted(members)}


def file_sources(jobs: Iterable[Job]) -> list[FileKeys]:
    """The sources of jobs whose files can be looked for: those of this machine, and of stores."""
    every = (source for job in jobs for source in job.spec.every_source if isinstance(source, FileKeys))
    return [source for source in every if not source.is_stdin and not source.is_on_the_web]


def schedule_problems(project: ProjectSpec, document: Document, jobs: Mapping[str, Job]) -> Iterator[Problem]:
    """All that is wrong between jobs and the schedules of project.yaml.

    Args:
        document: project.yaml.
        jobs: all of the project.
    """
    known = sorted({tag for job in jobs.values() for tag in job.spec.tags})
    for tag in project.tags:
        if tag not in known:
            yield problem_at(document, ("tags", tag), f"no job has the tag `{tag}`", nearest(tag, known), key=True)
    members: dict[str, list[Job]] = {}
    for job in jobs.values():
        if job.name == PROJECT and job.spec.schedule is not None and project.schedule is not None:
            yield job.problem(("job",), f"the schedule of project.yaml is called `{PROJECT}`, too", "rename the job")
        choices = _choices(job, project)
        own = [name for name, _ in choices if name.startswith(TAG)]
        if len(own) > 1 and job.spec.schedule is None:
            names = " and ".join(f"`{name.removeprefix(TAG)}`" for name in own)
            message = f"its tags {names} have a schedule each"
            yield job.problem(("tags",), message, "give the job a `schedule` of its own, or `schedule: none`")
        for name, spec in choices[:1]:
            if spec.on is not None:
                members.setdefault(name, []).append(job)
    for name, its in members.items():
        if not file_sources(its):
            yield _without_files(name, its, document)


def _choices(job: Job, project: ProjectSpec) -> list[tuple[str, ScheduleSpec]]:
    """The schedules that a job could have, the one that counts first, each with its name."""
    own = [(job.name, job.spec.schedule)]
    own += [(f"{TAG}{tag}", project.tags[tag].schedule) for tag in job.spec.tags if tag in project.tags]
    own += [(PROJECT, project.schedule)]
    found = [(name, spec) for name, spec in own if spec is not None]
    return [(name, spec) for name, spec in found if not spec.is_none or name == job.name]


def _without_files(name: str, jobs: list[Job], document: Document) -> Problem:
    hint = "`on: files` is for files and patterns of this machine or of a store (s3:, sftp:, ...)"
    if name == jobs[0].name:
        return jobs[0].problem(("schedule", "on"), "the job reads no files that could arrive", hint)
    at: Path = ("schedule", "on") if name == PROJECT else ("tags", name.removeprefix(TAG), "schedule", "on")
    return problem_at(document, at, "none of its jobs reads files that could arrive", hint, key=True)
