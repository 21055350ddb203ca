"""A project as its caller uses it: where it is, with which variables, who hears of its runs and what ends them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.observers import NoObserver, Observer
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.spec import Choice, Project, load_project
from odoo_etl.spec.project import STATE_FOLDER, find_project, root_of
from odoo_etl.stop import Stop

MOST_WORKERS = 1000


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A project, and with what it is used; a path stands for one with all defaults.

    Attributes:
        folder: the project's; None for the nearest one, from the current folder upwards.
        environment: the one of project.yaml that is meant; "" for the file itself. By default that of ODOO_ETL_ENV,
            or else of project.yaml; of a run that goes on with another, or takes it back, that of the other.
        connection: all jobs write through it; "" where each has its own.
        variables: win over all others that `${name}` in its files may stand for.
        approved: a person, or whoever answers for the run, agrees that it writes to a production environment.
        success: list the rows that land, each with the id of its record, also of jobs that do not ask for it.
        environ: the variables of the process, or others in their place; `.env` of the project lies under them.
        observer: hears of runs while they go on.
        stop: ends a run in order once its `request` is called, by a signal handler or by another thread.
        clock: the time in UTC, by which runs are named and alerts are judged.
    """

    folder: Path | str | None = None
    environment: str | None = None
    connection: str = ""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    approved: bool = False
    success: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    observer: Observer = field(default_factory=NoObserver)
    stop: Stop = field(default_factory=Stop)
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def of(cls, project: Workspace | Path | str | None) -> Workspace:
        """The workspace that a caller names."""
        return project if isinstance(project, Workspace) else cls(project)

    @property
    def choice(self) -> Choice:
        """The world that is asked for.

        Raises:
            UsageError: something else than the name of an environment is given for one.
        """
        if self.environment is not None and not isinstance(self.environment, str):
            raise UsageError("Workspace(environment=...) is the name of an environment; variables go to `environ`")
        return Choice(self.environment, self.connection, self.variables)

    def load(self, choice: Choice | None = None, *, with_jobs: bool = True) -> Project:
        """Read the project.

        Args:
            choice: in place of its own.

        Raises:
            SpecError: a file of it is invalid.
            UsageError: there is no project.
        """
        wanted = choice or self.choice
        return load_project(self.start, self.environ, upwards=self.upwards, with_jobs=with_jobs, choice=wanted)

    @property
    def runs(self) -> Path:
        """The folder of the folders of its runs. Raises UsageError where there is no project."""
        return root_of(find_project(self.start, upwards=self.upwards)) / STATE_FOLDER / RUNS

    @property
    def start(self) -> Path:
        """The folder in which the project is looked for."""
        return Path.cwd() if self.folder is None else Path(self.folder)

    @property
    def upwards(self) -> bool:
        """Whether the project may be in a folder above."""
        return self.folder is None


@dataclass(frozen=True, slots=True)
class Workers:
    """Several processes of one run, which do the parts of each job side by side.

    Attributes:
        number: how many; 0 for as many as project.yaml says.
        scheduler: the address of a Dask cluster whose workers they are; "" for processes of this machine.

    Raises:
        UsageError: the number is none between 0 and 1000.
    """

    number: int = 0
    scheduler: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.number <= MOST_WORKERS:
            raise UsageError(f"{self.number} workers: say a number from 1 to {MOST_WORKERS}")

    @property
    def executor(self) -> dict[str, Any]:
        """The differences from the executor of project.yaml (`spec.ExecutorSpec`)."""
        wanted: dict[str, Any] = {"workers": self.number} if self.number else {}
        return wanted | ({"type": "dask", "scheduler": self.scheduler} if self.scheduler else {})


@dataclass(frozen=True, slots=True)
class Partition:
    """One part of each job; a scheduler starts the runs that do the others.

    Attributes:
        part: I/N, such as 1/4 for the first of four.
    """

    part: str
