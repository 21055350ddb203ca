"""`odoo-etl retry`: run a job on the rows that it had rejected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption
from odoo_etl.cli._run import Choose, Open, Request, Work, perform
from odoo_etl.cli._run import run as run_jobs
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.spec import Job, Project


def retry(
    run: Annotated[
        str | None,
        typer.Argument(metavar="[RUN]", show_default=False, help="The run's id; default: the last one with rejects."),
    ] = None,
    jobs: Annotated[
        list[str] | None, typer.Argument(metavar="[JOB...]", show_default=False, help="Only these jobs of it.")
    ] = None,
    *,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Run jobs on just the rows that they rejected: mend them in the rejects file, or mend Odoo, first.

    What lands leaves the file; what is rejected again stays there, with its new reason.
    """
    result = perform(Request("retry", project, jobs or [], json_), retrying(run))
    raise typer.Exit(result.exit_code)


def retrying(run: str | None) -> Choose:
    """What retries the rejected rows of a run, or of the last one that has any."""
    return lambda opened: _work(opened, run)


def _work(opened: Open, run: str | None) -> Work:
    folder = _folder(opened.folder.path.parent, run)
    if folder is None:
        opened.result.notes.append("nothing to retry: no run has rejected rows")
        return Work(lambda: 0)
    if undone := opened.ledger.lineage.undone_by(folder.name):
        raise UsageError(
            f"run {folder.name} was undone by run {undone}: its rejected rows are not fed again; `odoo-etl run` loads"
            " what the source says now"
        )
    files = {path.stem: path for path in sorted((folder / "rejects").glob("*.csv"))}
    jobs = _jobs(opened.project, files, opened.request.selectors, folder.name)
    return Work(lambda: _retry(opened, jobs, files, folder.name), [job.name for job in jobs], folder.name)


def _folder(runs: Path, run: str | None) -> Path | None:
    """The folder of the run that is meant; None where no run has rejects.

    Raises:
        UsageError: there is no such run.
    """
    newest = sorted((path for path in runs.iterdir() if path.is_dir()), reverse=True)
    with_rejects = [path for path in newest if any((path / "rejects").glob("*.csv"))]
    if run is None:
        return with_rejects[0] if with_rejects else None
    found = next((path for path in newest if path.name == run), None)
    if found is None:
        known = ", ".join(path.name for path in with_rejects[:3]) or "none"
        raise UsageError(f"there is no run {run!r}; the last ones with rejected rows: {known}")
    return found


def _jobs(project: Project, files: dict[str, Path], wanted: Sequence[str], run: str) -> list[Job]:
    """The jobs whose rejects are to be retried, in the order of their dependencies.

    Raises:
        UsageError: a job is not in the project, or has no rejects in that run.
    """
    from odoo_etl.spec import select_jobs

    names = wanted or sorted(files)
    for name in names:
        if name not in files:
            known = ", ".join(sorted(files)) or "none"
            raise UsageError(f"run {run} has no rejects of job {name!r}; it has those of {known}")
        if name not in project.jobs:
            raise UsageError(f"job {name!r}, whose rejects {files[name]} are to be retried, is not in the project")
    return select_jobs(project, names) if names else []


def _retry(opened: Open, jobs: list[Job], files: dict[str, Path], run: str) -> int:
    from odoo_etl.rejects.source import RejectedRows
    from odoo_etl.rejects.writer import replace_rejects

    code = run_jobs(opened, jobs, sources={job.name: RejectedRows(files[job.name], run) for job in jobs})
    for result in opened.result.jobs:
        if result.status == "done":
            replace_rejects(files[result.job], Path(result.rejects_file) if result.rejects_file else None)
    return code
