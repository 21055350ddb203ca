"""Reads a project: every file is parsed, filled in, checked on its own and against the others.

All problems of all files come in one `SpecError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from odoo_etl.errors import Problem, SpecError
from odoo_etl.spec.alert_names import alert_problems
from odoo_etl.spec.environments import NO_CHOICE, Choice, in_environment
from odoo_etl.spec.graph import cycle_problems, dependencies
from odoo_etl.spec.job import JobSpec, creating_job
from odoo_etl.spec.line_fields import lines_below
from odoo_etl.spec.problems import from_validation, in_order, nearest, problem_at
from odoo_etl.spec.project import DOWNLOADS, PROJECT_FILE, STATE_FOLDER, Job, Project, find_project, root_of
from odoo_etl.spec.project_file import (
    ProjectFile,
    absolute_python,
    absolute_roots,
    absolute_source,
    absolute_steps,
    display,
    named_variables,
    read_project_file,
)
from odoo_etl.spec.scheduled import schedule_problems
from odoo_etl.spec.server import Server
from odoo_etl.spec.sources import FileKeys, OdooSource, SourceSpec
from odoo_etl.spec.strict_yaml import Document, parse_yaml
from odoo_etl.spec.variables import Variables, filled
from odoo_etl.spec.world import check_used, world_of
from odoo_etl.text import keep_secret


def load_project(
    start: Path,
    env: Mapping[str, str],
    *,
    upwards: bool = True,
    with_jobs: bool = True,
    choice: Choice = NO_CHOICE,
) -> Project:
    """Read project.yaml and every job beside it.

    Args:
        start: the folder to start from; see `find_project`.
        env: the environment that `${VAR}` looks at, before `.env` of the project.
        upwards: also look in the folders above `start`.
        with_jobs: False where only connections are wanted, however the jobs are.
        choice: environment, connection and variables that were asked for.

    Raises:
        SpecError: with every problem of every file.
        UsageError: there is no project here.
    """
    file = find_project(start, upwards=upwards)
    project = _Loader(file, env, choice).load(job_files(file.parent) if with_jobs else [])
    if with_jobs:
        check_used(choice.variables, project.project.variables, project.variables.asked)
    keep_secret(project.secrets())
    return project


def job_files(folder: Path) -> list[Path]:
    """Every YAML file of the folder but project.yaml, by name; hidden files are none."""
    files = (path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"} and path.is_file())
    return sorted(path for path in files if path.name != PROJECT_FILE and not path.name.startswith("."))


@dataclass(slots=True)
class _Loader:
    """Collects problems while it reads; raises them together at the end."""

    file: Path
    env: Mapping[str, str]
    choice: Choice
    problems: list[Problem] = field(default_factory=list)
    named: set[str] = field(default_factory=set)  # the jobs of all files, valid or not
    unreadable: bool = False

    def load(self, files: Sequence[Path]) -> Project:
        document = self._parsed(self.file)
        world = world_of(document, root_of(self.file), self.env, self.choice)
        document = in_environment(document, world.environment) if document else None
        variables = Variables(world.env, self.file.parent, named_variables(document) if document else {})
        project = self._project(document, variables)
        read = [self._job(path, project, variables) for path in files]
        jobs = self._distinct([job for job in read if job])
        self._references(jobs, project.connections)
        whole = bool(files) and len(jobs) == len(files)  # else a tag may be that of a job with problems
        if document is not None:
            self.problems.extend(alert_problems(project, document, jobs if whole else None))
        if document is not None and whole:
            self.problems.extend(schedule_problems(project.spec, document, jobs))
        if self.problems:
            raise SpecError(in_order(self.problems))
        return Project(
            project.spec,
            jobs,
            self.file.parent,
            root_of(self.file),
            dependencies(jobs),
            project.unusable,
            project.unusable_channels,
            project.closed_page,
            world,
            variables,
        )

    def _parsed(self, path: Path) -> Document | None:
        """A file as a tree, or None when it cannot be read."""
        shown = display(path)
        try:
            document = parse_yaml(path.read_bytes(), shown)
        except OSError as error:
            self.problems.append(Problem(f"cannot be read: {error.strerror}", shown))
            return None
        except SpecError as error:
            self.problems.extend(error.problems)
            return None
        self.problems.extend(document.problems)
        return document

    def _project(self, document: Document | None, variables: Variables) -> ProjectFile:
        if document is None:
            return ProjectFile()
        project = read_project_file(document, variables, root_of(self.file))
        self.problems.extend(project.problems)
        return project

    def _job(self, path: Path, project: ProjectFile, variables: Variables) -> Job | None:
        """A job with the project's defaults under it, or None when it is invalid."""
        document = self._parsed(path)
        if document is None:
            self.unreadable = True
            return None
        data, unfilled = filled(document.root, variables)
        if isinstance(data, dict):
            self.named.add(str(data.get("job")))
        self.problems.extend(problem_at(document, item.at, item.message, item.hint) for item in unfilled)
        if isinstance(data, dict):
            for source in _sources(data):
                absolute_source(source, path.parent)
            for fields in (data.get("fields"), *(one.get("fields") for _, one in lines_below(data.get("lines")))):
                absolute_python(fields, path.parent, root_of(self.file))
                absolute_roots(fields, path.parent)
            absolute_steps(data, path.parent)
        try:
            spec = JobSpec.model_validate(data)
        except ValidationError as error:
            ignored = frozenset(item.at for item in unfilled)
            self.problems.extend(from_validation(error, JobSpec, document, ignored))
            return None
        for one in (one for one in spec.every_source if isinstance(one, FileKeys)):
            one.keep_copies(root_of(self.file) / STATE_FOLDER / DOWNLOADS)
        return Job(self._here(spec, project), path, document)

    def _here(self, spec: JobSpec, project: ProjectFile) -> JobSpec:
        """The job with the project's defaults under it, on the connection that was asked for, its sources reachable."""
        here: dict[str, Any] = {"load": spec.load.over(project.spec.defaults.load)}
        if self.choice.connection:
            here["target"] = spec.target.model_copy(update={"connection": self.choice.connection})
        return spec.model_copy(update=here).with_sources(lambda source: self._reachable(source, project))

    def _reachable(self, source: SourceSpec, project: ProjectFile) -> SourceSpec:
        """A source that says through a connection of the project where it is, with that."""
        if not isinstance(source, OdooSource):
            return source
        connection = project.spec.connections.get(source.connection)
        problems = project.unusable.get(source.connection, ())
        return source.on(Server(connection, root_of(self.file) / STATE_FOLDER, problems))

    def _distinct(self, jobs: list[Job]) -> dict[str, Job]:
        """The jobs by name; names that differ only in case would share files on some systems."""
        first: dict[str, Job] = {}
        for job in jobs:
            other = first.setdefault(job.name.casefold(), job)
            if other is not job:
                message = f"another job is called `{other.name}`: {display(other.path)}"
                self.problems.append(job.problem(("job",), message, "job names are unique in a project"))
        self.problems.extend(_taken_names(first))
        return {job.name: job for job in sorted(first.values(), key=lambda job: job.name)}

    def _references(self, jobs: dict[str, Job], connections: frozenset[str] | None) -> None:
        """Names of other jobs and of connections exist, and the jobs do not wait for each other."""
        asked = self.choice.connection
        if asked and connections is not None and asked not in connections:
            known = nearest(asked, sorted(connections))
            self.problems.append(Problem(f"there is no connection `{asked}`", display(self.file), hint=known))
        for job in jobs.values():
            if connections is not None:
                self.problems.extend(_unknown_connections(job, asked, connections))
            if not self.unreadable:  # the unreadable file may be the job that is named
                self.problems.extend(_unknown_jobs(job, self.named))
        self.problems.extend(cycle_problems(jobs.values()))
        self.problems.extend(_shared_input(jobs.values()))


def _unknown_connections(job: Job, asked: str, connections: frozenset[str]) -> Iterator[Problem]:
    """The connections that a job names and project.yaml lacks.

    Args:
        asked: the one that was asked for in place of the target's.
    """
    own = job.spec.target
    at: tuple[str, ...] = ("target", "connection") if "connection" in own.model_fields_set else ("target",)
    named: list[tuple[tuple[str | int, ...], str]] = [(at, own.connection)] if own.connection != asked else []
    named += [
        ((*place, "connection"), source.connection)
        for place, source in job.spec.placed_sources
        if isinstance(source, OdooSource)
    ]
    for place, name in named:
        if name not in connections:
            yield job.problem(place, f"project.yaml has no connection `{name}`", nearest(name, sorted(connections)))


def _sources(data: Mapping[str, Any]) -> Iterator[Any]:
    """The sources of a job as parsed, those of its lines among them."""
    yield data.get("source")
    lines = data.get("lines")
    yield from (one.get("source") for one in _values(lines) if isinstance(one, dict))


def _values(mapping: Any) -> Iterator[Any]:
    yield from mapping.values() if isinstance(mapping, dict) else ()


def _taken_names(jobs: Mapping[str, Job]) -> Iterator[Problem]:
    """Jobs called as those that create what a lookup does not find."""
    for job in jobs.values():
        for field_name in job.spec.creating:
            taken = jobs.get(creating_job(job.name, field_name).casefold())
            if taken is not None:
                message = f"job {job.name} has a job of this name for the records that its field {field_name} creates"
                yield taken.problem(("job",), message, "give it another name")


def _shared_input(jobs: Iterable[Job]) -> Iterator[Problem]:
    """Sources that read the standard input although another one does."""
    reading = [
        (job, place)
        for job in jobs
        for place, one in job.spec.placed_sources
        if isinstance(one, FileKeys) and one.is_stdin
    ]
    for job, place in reading[1:]:
        message = f"the standard input comes once, and job `{reading[0][0].name}` reads it as well"
        yield job.problem((*place, "path"), message, "give one of them a file in `path`")


def _unknown_jobs(job: Job, named: set[str]) -> list[Problem]:
    return [
        job.problem(("depends_on", index), f"there is no job `{name}`", nearest(name, sorted(named - {job.name})))
        for index, name in enumerate(job.spec.depends_on)
        if name not in named
    ]
