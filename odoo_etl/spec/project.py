"""A project on disk: project.yaml and the job files beside it, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from odoo_etl.errors import Problem, SpecError, UsageError
from odoo_etl.spec.connection import ProjectSpec
from odoo_etl.spec.job import JobSpec
from odoo_etl.spec.problems import nearest, problem_at
from odoo_etl.spec.server import ConnectionSpec
from odoo_etl.spec.steps import secrets_in
from odoo_etl.spec.strict_yaml import Document
from odoo_etl.spec.value_kinds import passwords_in
from odoo_etl.spec.variables import Variables
from odoo_etl.spec.world import World

PIPELINES: Final = "pipelines"
PROJECT_FILE: Final = "project.yaml"
STATE_FOLDER: Final = ".odoo_etl"
DOWNLOADS: Final = "downloads"  # in it
SCHEMA_FOLDER: Final = "schema"


@dataclass(frozen=True, slots=True)
class Job:
    """A job and the file it stands in.

    Attributes:
        document: the file as a tree, for the places of problems found later; None for a job built in Python.
        below: of the lines of a job, taken as a job of their own, the key that they stand under.
    """

    spec: JobSpec
    path: Path
    document: Document | None = None
    below: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The job's name."""
        return self.spec.job

    def problem(self, at: Sequence[str | int], message: str, hint: str = "") -> Problem:
        """A problem with the key that `at` leads to."""
        place = under(self.below, at)
        if self.document is None:
            return Problem(message, str(self.path), path=".".join(map(str, place)), hint=hint)
        return problem_at(self.document, place, message, hint, key=True)

    def of_lines(self, name: str, model: str) -> Job:
        """The lines of a field as a job of their own; `model` is theirs."""
        return replace(self, spec=self.spec.of_lines(name, model), below=(*self.below, "lines", name))


def under(below: Sequence[str], at: Sequence[str | int]) -> tuple[str | int, ...]:
    """The place of a key of lines, given as if they were a job: `target.key` is their `key`.

    Args:
        below: where the lines stand.
    """
    return (*below, *(at[1:] if below and at[:1] == ("target",) else at))


@dataclass(frozen=True, slots=True)
class Project:
    """Everything the user wrote.

    Attributes:
        project: project.yaml; its connections hold only those whose variables are all set.
        jobs: by name, in the order of their names.
        folder: the folder of the files, usually `pipelines`.
        root: the folder that holds `pipelines`.
        depends_on: job name to the names of the jobs that run before it (written, or implied by lookups).
        unusable: connections that cannot be used as long as their variables are not set, or in another environment.
        unusable_channels: channels of alerts that lack a variable; no run fails for it.
        closed_page: variables that the page, or the token of the measures, lacks; only who serves them cares.
        world: the environment, and what else was asked for.
        variables: the references of files look at them.
    """

    project: ProjectSpec
    jobs: Mapping[str, Job]
    folder: Path
    root: Path
    depends_on: Mapping[str, frozenset[str]]
    unusable: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    unusable_channels: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    closed_page: tuple[Problem, ...] = ()
    world: World = field(default_factory=World)
    variables: Variables = field(default_factory=lambda: Variables({}, Path()))

    @property
    def environment(self) -> str:
        """The environment in which it was read, or ""."""
        return self.world.environment

    @property
    def is_production(self) -> bool:
        """Whether who writes in this environment is to be asked first."""
        chosen = self.project.environments.get(self.environment)
        return chosen is not None and chosen.production

    @property
    def state_dir(self) -> Path:
        """Where runs leave their files."""
        return self.root / STATE_FOLDER

    @property
    def schema_dir(self) -> Path:
        """The folder that keeps snapshots of models."""
        return self.folder / SCHEMA_FOLDER

    def secrets(self) -> set[str]:
        """The values of its files that must never be shown: keys, passwords, those of URLs, parameters of queries."""
        found: set[str] = set()
        for connection in self.project.connections.values():
            found |= {connection.api_key.get_secret_value(), connection.password.get_secret_value()}
        found |= passwords_in(self.project.state.url.get_secret_value())
        found |= {one.token.get_secret_value() for one in self.project.page.tokens}
        found |= {self.project.metrics.token.get_secret_value()} - {""}
        found |= self.project.alerts.secrets if self.project.alerts is not None else set()
        found |= secrets_in([self.project.before, self.project.after, *_steps_of(self.jobs.values())])
        for source in (source for job in self.jobs.values() for source in job.spec.every_source):
            found |= source.secrets
        return found

    def connection(self, name: str = "main") -> ConnectionSpec:
        """The connection of this name.

        Raises:
            SpecError: there is none, or it lacks a variable or a way to log in.
        """
        if name in self.unusable:
            raise SpecError(list(self.unusable[name]))
        if name not in self.project.connections:
            hint = nearest(name, sorted(self.project.connections))
            raise SpecError([Problem(f"there is no connection `{name}`", str(self.folder / PROJECT_FILE), hint=hint)])
        return self.project.connections[name]


def _steps_of(jobs: Iterable[Job]) -> Iterator[Sequence[object]]:
    for job in jobs:
        yield from (job.spec.before, job.spec.after)


def find_project(start: Path, *, upwards: bool = True) -> Path:
    """The project.yaml of `start`: in its folder `pipelines`, in itself, or in the nearest folder above.

    Raises:
        UsageError: there is none.
    """
    start = start.absolute()
    for folder in (start, *(start.parents if upwards else ())):
        for candidate in (folder / PIPELINES / PROJECT_FILE, folder / PROJECT_FILE):
            if candidate.is_file():
                return candidate
    above = " or a folder above" if upwards else ""
    raise UsageError(f"no {PIPELINES}/{PROJECT_FILE} in {start}{above}; name the folder with --project DIR")


def root_of(project_file: Path) -> Path:
    """The folder that holds `pipelines`, or the folder of project.yaml where there is no such folder."""
    folder = project_file.parent
    return folder.parent if folder.name == PIPELINES else folder


def schema_dir(root: Path) -> Path:
    """The folder of a project, of which `root_of` is known, that keeps snapshots of models."""
    pipelines = root / PIPELINES
    return (pipelines if (pipelines / PROJECT_FILE).is_file() else root) / SCHEMA_FOLDER
