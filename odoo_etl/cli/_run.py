"""What `run` and `plan` share: from the command line to results, whichever way it ends."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

from odoo_etl.cli._project import open_jobs
from odoo_etl.errors import Interrupted, OdooEtlError

if TYPE_CHECKING:
    from odoo_etl.reporting.run_folder import RunFolder
    from odoo_etl.results import RunResult


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for.

    Attributes:
        plan_shown: None for a run; for a plan, how many changes of each job to show.
        changes_code: the exit code of a plan with pending changes, where it is not 0.
    """

    command: str
    project: Path | None
    selectors: Sequence[str]
    json: bool
    plan_shown: int | None = None
    changes_code: int = 0


def perform(request: Request) -> RunResult:
    """Do what was asked, print the result and leave the run's files behind. Raises what ended the run early."""
    from odoo_etl.reporting.run_folder import RunFolder, new_run_id
    from odoo_etl.results import RunResult
    from odoo_etl.spec.project import STATE_FOLDER, find_project, root_of

    project_file = find_project(request.project or Path.cwd(), upwards=request.project is None)
    state_dir = root_of(project_file) / STATE_FOLDER
    now = datetime.now(UTC)
    result = RunResult(new_run_id(now), request.command, now.isoformat(timespec="seconds"))
    folder = RunFolder(state_dir, result.run_id)
    folder.make()
    started = time.monotonic()
    try:
        with _signals_raise():
            result.exit_code = _jobs(request, folder, result)
        if request.changes_code and result.exit_code == 0 and _pending(result):
            result.exit_code = request.changes_code
    except (OdooEtlError, Interrupted) as error:
        result.exit_code, result.error = error.exit_code, str(error)
        raise
    except BaseException:
        result.exit_code, result.error = 1, "ended by an unexpected error"
        raise
    finally:
        result.finished_at = datetime.now(UTC).isoformat(timespec="seconds")
        result.elapsed_s = round(time.monotonic() - started, 3)
        folder.write_results(result)
        _print(request, result, folder)
    return result


def _pending(result: RunResult) -> bool:
    return any(job.counts.created or job.counts.updated for job in result.jobs)


def _jobs(request: Request, folder: RunFolder, result: RunResult) -> int:
    from odoo_etl.loading.planned import Planned
    from odoo_etl.loading.schedule import run_jobs
    from odoo_etl.reporting.progress import Watcher, display

    project, jobs = open_jobs(request.project, request.selectors)
    planned = None if request.plan_shown is None else Planned([job.spec for job in jobs], request.plan_shown)
    shown = display()
    try:
        return run_jobs(project, jobs, Watcher(folder, shown), result.jobs, planned=planned)
    finally:
        shown.close()


def _print(request: Request, result: RunResult, folder: RunFolder) -> None:
    import json

    from odoo_etl.reporting.run_folder import as_json
    from odoo_etl.reporting.text import change_lines, job_lines, run_lines, shown_path

    if request.json:
        typer.echo(json.dumps(as_json(result), ensure_ascii=False, default=str))
        return
    for job in result.jobs:
        for line in (*job_lines(job, planned=request.plan_shown is not None), *change_lines(job.changes)):
            typer.echo(line)
    for line in run_lines(result):
        typer.echo(line)
    typer.echo(f"report: {shown_path(folder.path / 'run_results.json')}")


@contextmanager
def _signals_raise() -> Iterator[None]:
    """SIGINT and SIGTERM end the run in order: the calls in flight are finished, the report is written."""

    def stop(number: int, _: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_DFL)  # a second one ends the program at once
        raise Interrupted(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
