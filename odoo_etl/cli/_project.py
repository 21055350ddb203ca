"""What the verbs share: the options that pick a project and its jobs, and how both are opened."""

from __future__ import annotations

import os
from collections.abc import Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
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
        help="Names, globs, tag:x, job+ (and what depends on it), +job (and what it depends on); default: all jobs.",
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, metavar="ROWS", show_default=False, help="Read only the first rows of each job."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


_secrets: set[str] = set()


def secrets_in_use() -> Set[str]:
    """The secrets of the projects that were opened: for texts that nobody foresaw, such as tracebacks."""
    return _secrets


def open_project(folder: Path | None) -> Project:
    """The project in `folder`, or the one around the current folder.

    Raises:
        SpecError: one of its files is invalid.
        UsageError: there is no project.
    """
    from odoo_etl.spec import load_project

    project = load_project(folder or Path.cwd(), os.environ, upwards=folder is None)
    _secrets.update(project.secrets())
    return project


def open_jobs(folder: Path | None, selectors: Sequence[str] | None) -> tuple[Project, list[Job]]:
    """The project and the selected jobs in dependency order; raises as `open_project` and `select_jobs` do."""
    from odoo_etl.spec import select_jobs

    project = open_project(folder)
    return project, select_jobs(project, selectors or [])
