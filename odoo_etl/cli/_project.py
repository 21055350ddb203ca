"""The options that pick a project and its jobs, and how both are opened; all verbs share them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._choice import chosen
from odoo_etl.cli._completion import jobs

if TYPE_CHECKING:
    from odoo_etl.runs import Workers, Workspace
    from odoo_etl.spec import Job, Project

ProjectOption = Annotated[
    Path | None,
    typer.Option(
        "--project",
        metavar="DIR",
        show_default=False,
        help="The folder of the project; default: the nearest one above with pipelines/project.yaml.",
    ),
]
Selectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="JOB...",
        show_default=False,
        autocompletion=jobs,
        help="Names, globs, tag:x, job+ (and what depends on it), +job (and what it depends on); default: all jobs.",
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, metavar="ROWS", show_default=False, help="Read only the first rows of each job."),
]
FullRefreshOption = Annotated[
    bool,
    typer.Option("--full-refresh", help="Read everything, also what earlier runs have read (incremental, only_new)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=1000,
        metavar="N",
        show_default=False,
        help="Divide each job among N processes of this machine, or workers of the Dask cluster.",
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        show_default=False,
        help="Divide each job on the Dask cluster at tls://host:8786.",
    ),
]


def wanted_workers(workers: int | None, scheduler: str | None) -> Workers | None:
    """The workers that the command line asks for."""
    from odoo_etl.runs import Workers

    return Workers(workers or 0, scheduler or "") if workers or scheduler else None


def workspace(folder: Path | None) -> Workspace:
    """The project as the command line chooses it, for a use case."""
    from dataclasses import asdict

    from odoo_etl.runs import Workspace

    return Workspace(folder, **asdict(chosen()))


def open_project(folder: Path | None, *, with_jobs: bool = True, as_named: bool = False) -> Project:
    """The project in `folder`, or the one around the current folder, as the command line chooses it.

    Args:
        with_jobs: False where they may be invalid.
        as_named: each job stays on the connection that it names.

    Raises:
        SpecError: one of its files is invalid.
        UsageError: there is no project.
    """
    from dataclasses import replace

    chosen_one = workspace(folder)
    return (replace(chosen_one, connection="") if as_named else chosen_one).load(with_jobs=with_jobs)


def open_jobs(folder: Path | None, selectors: Sequence[str] | None) -> tuple[Project, list[Job]]:
    """The project and the selected jobs in dependency order; raises as `open_project` and `select_jobs` do."""
    from odoo_etl.spec import select_jobs

    project = open_project(folder)
    return project, select_jobs(project, selectors or [])
