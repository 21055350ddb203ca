"""The changes of a plan, or of the plan of an undo, page by page, as the folder of its run keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from odoo_etl.errors import UsageError
from odoo_etl.reporting.changes_file import FOLDER
from odoo_etl.reporting.changes_index import ChangesIndex, WantedChanges, index_of
from odoo_etl.reporting.stored import Unreadable, read_results
from odoo_etl.results import Change, JobResult, RunResult
from odoo_etl.runs.workspace import Workspace

MOST: Final = 1000  # changes of a page
EVERY: Final = WantedChanges()
_RUN_ID: Final = re.compile(r"\d{8}T\d{6}-[0-9a-f]+")

Found = Sequence[tuple[JobResult, ChangesIndex, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Some of the changes that a plan has.

    Attributes:
        result: of the run that made it, with the counts of its jobs.
        total: how many changes are as wanted.
        offset: how many of these come before.
        changes: each with its job.
    """

    result: RunResult
    total: int
    offset: int
    changes: tuple[tuple[JobResult, Change], ...]


def changes_page(
    project: Workspace | Path | str | None,
    run_id: str,
    wanted: WantedChanges = EVERY,
    *,
    offset: int = 0,
    limit: int = 50,
) -> ChangesPage:
    """Some changes of a plan that kept every one, in the order of its jobs and sources.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        run_id: of the plan, or of the plan of an undo.
        wanted: which changes; by default any.
        offset: leave so many of them out.
        limit: then show so many at most.

    Raises:
        UsageError: there is no such run here, or it is no plan; or no page is so large.
    """
    if offset < 0 or not 0 < limit <= MOST:
        raise UsageError(f"changes from {offset} on, {limit} of them: begin at 0 or later, with 1 to {MOST} on a page")
    folder = folder_of(Workspace.of(project), run_id)
    result = _plan(folder)
    try:
        found = [
            (job, index, index.numbers(wanted))
            for job in result.jobs
            if wanted.job in {"", job.job} and (index := _index(folder, job)) is not None
        ]
        changes = tuple(_some(found, offset, limit))
    except OSError as error:
        raise UsageError(f"run {run_id}: its changes cannot be read: {error.strerror or error}") from error
    return ChangesPage(result, sum(len(numbers) for _, _, numbers in found), offset, changes)


def prepare_changes(folder: Path, result: RunResult) -> None:
    """Read the changes of a plan once, so that the first page of them comes as fast as others.

    Args:
        folder: of its run.
    """
    with suppress(OSError):  # gone meanwhile: whoever asks for a page is told
        for job in result.jobs:
            _index(folder, job)


def folder_of(workspace: Workspace, run_id: str) -> Path:
    """The folder of a run on this machine; a name that is no id leads nowhere. Raises UsageError."""
    path = workspace.runs / run_id
    if not _RUN_ID.fullmatch(run_id) or not path.is_dir():
        raise UsageError(f"there is no run {run_id!r} on this machine")
    return path


def _plan(folder: Path) -> RunResult:
    try:
        result = read_results(folder)
    except Unreadable as error:
        raise UsageError(f"run {folder.name}: {error}") from error
    if not result.is_plan:
        raise UsageError(
            f"run {folder.name} is no plan: `odoo-etl plan --keep` makes one, `odoo-etl undo RUN --plan --keep` that of"
            " an undo"
        )
    return result


def _some(found: Found, offset: int, limit: int) -> Iterator[tuple[JobResult, Change]]:
    for job, index, numbers in found:
        its = numbers[offset : offset + limit]
        yield from ((job, change) for change in index.changes(its))
        offset, limit = max(0, offset - len(numbers)), limit - len(its)


def _index(folder: Path, job: JobResult) -> ChangesIndex | None:
    path = folder / FOLDER / f"{job.job}.jsonl"
    return index_of(path) if path.is_file() else None
