"""Running jobs on the rows that a run had rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from odoo_etl.errors import UsageError
from odoo_etl.rejects.source import RejectedRows
from odoo_etl.rejects.writer import replace_rejects
from odoo_etl.runs.followed import within
from odoo_etl.runs.past import LAST, MANY, SHOWN, by_name, check_not_purged, ids
from odoo_etl.runs.perform import Arguments, Open, Work
from odoo_etl.runs.selected import run as run_jobs
from odoo_etl.spec import Job, Project, select_jobs
from odoo_etl.state import Ledger, RunEntry


def retrying(opened: Open, run: str, wanted: Sequence[str]) -> Work:
    """The rejected rows of a run, or of the last one that has any.

    Args:
        wanted: names of the jobs to retry; none for all that have rejects.
    """
    runs = opened.folder.path.parent
    entry = opened.followed or entry_of(opened.ledger, runs, run)
    if entry is None:
        opened.notes.append("nothing to retry: no run has rejected rows")
        return Work(lambda: 0)
    if undone := opened.ledger.lineage.undone_by(entry.id):
        raise UsageError(
            f"run {entry.id} was undone by run {undone}: its rejected rows are not fed again; `odoo-etl run` loads"
            " what the source says now"
        )
    files = _files(_folders(runs), entry)
    jobs = _jobs(opened.project, files, wanted, entry.id)
    arguments = Arguments([job.name for job in jobs])
    return Work(lambda: _retry(opened, jobs, files, arguments, entry.id), arguments, entry.id)


def entry_of(ledger: Ledger, runs: Path, run: str, told: str | None = None) -> RunEntry | None:
    """The run that is meant; None where no run has rejects.

    Args:
        runs: the folder of the runs' folders.
        told: given, the last one of this environment is meant.

    Raises:
        UsageError: there is no such run, or its folder is not here.
    """
    folders = _folders(runs)
    with_rejects = (one for one in within(ledger.runs(MANY), told) if _files(folders, one))
    if run == LAST:
        return next(with_rejects, None)
    found = by_name(ledger, run)
    if found is None:
        known = ids(islice(with_rejects, SHOWN))
        raise UsageError(f"there is no run {run!r}; the last ones with rejected rows: {known}")
    check_not_purged(ledger, found, "retried")
    if found.id not in folders:
        raise UsageError(f"the folder of run {found.id} is not in {runs}: retry it where it ran")
    return found


def _folders(runs: Path) -> dict[str, Path]:
    """Id to the folder of each run that ran here: what the ledger calls a run is never made a path."""
    return {path.name: path for path in runs.iterdir() if path.is_dir()}


def _files(folders: Mapping[str, Path], run: RunEntry) -> dict[str, Path]:
    """Job to its rejects file."""
    folder = folders.get(run.id)
    return {path.stem: path for path in sorted((folder / "rejects").glob("*.csv"))} if folder else {}


def _jobs(project: Project, files: Mapping[str, Path], wanted: Sequence[str], run: str) -> list[Job]:
    """The jobs whose rejects are to be retried, in the order of their dependencies.

    Raises:
        UsageError: a job is not in the project, or has no rejects in that run.
    """
    names = wanted or sorted(files)
    for name in names:
        if name not in files:
            known = ", ".join(sorted(files)) or "none"
            raise UsageError(f"run {run} has no rejects of job {name!r}; it has those of {known}")
        if name not in project.jobs:
            raise UsageError(f"job {name!r}, whose rejects {files[name]} are to be retried, is not in the project")
    return select_jobs(project, names) if names else []


def _retry(opened: Open, jobs: Sequence[Job], files: Mapping[str, Path], arguments: Arguments, run: str) -> int:
    sources = {
        job.name: RejectedRows(files[job.name], run, job.spec.source, joined=bool(job.spec.line_sources))
        for job in jobs
    }
    code = run_jobs(opened, jobs, arguments, sources=sources)
    for result in opened.jobs.results():
        if result.status == "done" and result.job in files:
            replace_rejects(files[result.job], Path(result.rejects_file) if result.rejects_file else None)
    return code
