"""The rejected rows of a job, looked at and mended in their file, as long as no run is at work on it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_etl.errors import Busy, UsageError
from odoo_etl.rejects.form import RejectsForm, form_of
from odoo_etl.rejects.mending import RejectsTable
from odoo_etl.reporting.events import is_alive
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.retried import entry_of, files_of, folders_of
from odoo_etl.runs.told import RejectsOfRun
from odoo_etl.runs.workspace import Workspace

if TYPE_CHECKING:
    from odoo_etl.spec import Project
    from odoo_etl.state import Ledger, RunEntry


def rejects_of_run(workspace: Workspace, run: str) -> RejectsOfRun:
    """Name the jobs of a run that have rejected rows. Raises UsageError: there is no such run here."""
    project = workspace.load(with_jobs=False)
    runs = project.state_dir / RUNS
    with open_state(project) as ledger:
        entry, files = _found(ledger, runs, run)
        return (
            RejectsOfRun(entry.id, tuple(files), ledger.lineage.undone_by(entry.id)) if entry else RejectsOfRun("", ())
        )


def table_of(workspace: Workspace, run: str, job: str) -> RejectsTable:
    """The rejects of a job in a run. Raises UsageError: it has none there."""
    project = workspace.load()
    with open_state(project) as ledger:
        entry, files = _found(ledger, project.state_dir / RUNS, run)
    if entry is None or job not in files:
        run_has = f"run {entry.id} has" if entry else "there are"
        known = f"; it has those of {', '.join(files)}" if files else ""
        raise UsageError(f"{run_has} no rejected rows of job {job!r}{known}")
    form = form_of(project.jobs[job].spec) if job in project.jobs else RejectsForm()
    return RejectsTable(files[job], form, check=partial(_check_idle, project, entry.id))


def _found(ledger: Ledger, runs: Path, run: str) -> tuple[RunEntry | None, dict[str, Path]]:
    """The run that is meant, and job to its rejects file."""
    entry = entry_of(ledger, runs, run) if runs.is_dir() else None
    return entry, files_of(folders_of(runs), entry) if entry else {}


def _check_idle(project: Project, run: str) -> None:
    """Refuse to change rejects of a run that still writes them, or that are being retried.

    Raises:
        Busy: so it is.
    """
    runs = project.state_dir / RUNS
    with open_state(project) as ledger:
        known = [ledger.run(run), *ledger.following([run])]
    for one in known:
        if one is not None and one.exit_code is None and is_alive(runs / one.id):
            raise Busy(
                f"run {one.id} is at work on these rows (`{one.command}`); nothing was written: wait until it has"
                " ended, then change what is left"
            )
