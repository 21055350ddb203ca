"""The verbs that run jobs share this: from the command line to results, whichever way it ends."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from odoo_etl.cli._project import open_project
from odoo_etl.cli._streams import CannotPrint, say
from odoo_etl.errors import Interrupted, OdooEtlError

if TYPE_CHECKING:
    from odoo_etl.partitions import Executor
    from odoo_etl.rejects.source import RejectedRows
    from odoo_etl.reporting.progress import Watcher
    from odoo_etl.reporting.run_folder import RunFolder
    from odoo_etl.results import RunResult
    from odoo_etl.spec import Job, Project
    from odoo_etl.state import JobEntry, Ledger
    from odoo_etl.stop import Stop


IMAGES_KEPT = timedelta(days=90)  # how long a run can be undone


@dataclass(frozen=True, slots=True)
class Request:
    """The options of a command line, parsed.

    Attributes:
        plan_shown: None for a run; for a plan, how many changes of each job to show.
        changes_code: the exit code of a plan with pending changes, where it is not 0.
        limit: read only so many rows of each job.
        full_refresh: read everything, whatever earlier runs have read.
        executor: what differs from the executor of project.yaml.
        part: i/N, where other processes do the other parts.
    """

    command: str
    project: Path | None
    selectors: Sequence[str]
    json: bool
    plan_shown: int | None = None
    changes_code: int = 0
    limit: int | None = None
    full_refresh: bool = False
    executor: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """The ledger, locks and clients that are open while a run lasts."""

    request: Request
    project: Project
    ledger: Ledger
    folder: RunFolder
    result: RunResult
    stop: Stop
    watcher: Watcher


@dataclass(frozen=True, slots=True)
class Work:
    """The jobs of a run, and how they are to be done.

    Attributes:
        begin: does it, and returns the exit code.
        selectors: what picks its jobs again.
        parent: the run that is resumed, retried or undone, or "".
        part: the part of each job that it does, or "".
        executor: what the command line says of the executor.
        limit: read only so many rows of each job.
        full_refresh: read everything, whatever earlier runs have read.
    """

    begin: Callable[[], int]
    selectors: Sequence[str] = ()
    parent: str = ""
    part: str = ""
    executor: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None
    full_refresh: bool = False


Choose = Callable[[Open], Work]
OpenState = Callable[["Project"], "AbstractContextManager[Ledger]"]
FolderOf = Callable[[Path, str], "RunFolder"]


def selected(opened: Open) -> Work:
    """The jobs that the command line names."""
    from odoo_etl.spec import select_jobs

    request = opened.request
    return Work(
        lambda: run(opened, select_jobs(opened.project, request.selectors), part=request.part),
        request.selectors,
        part=request.part,
        executor=request.executor,
        limit=request.limit,
        full_refresh=request.full_refresh,
    )


def run(
    opened: Open,
    jobs: Sequence[Job],
    *,
    resumed: Mapping[tuple[str, str], JobEntry] = MappingProxyType({}),
    sources: Mapping[str, RejectedRows] = MappingProxyType({}),
    part: str = "",
) -> int:
    """Run or plan jobs; see `runs.one_job.RunRequest`."""
    from odoo_etl.runs import RunRequest, run_jobs
    from odoo_etl.spec.graph import dropped
    from odoo_etl.sync import Planned
    from odoo_etl.sync.staging import Part

    request, result = opened.request, opened.result
    result.notes += dropped({job.name: job for job in jobs}, opened.project.depends_on)
    planned = None if request.plan_shown is None else Planned([job.spec for job in jobs], request.plan_shown)
    how = (planned, opened.ledger, result.run_id, opened.stop, resumed, sources, request.limit)
    run_request = RunRequest(*how, rejects=opened.folder.rejects)
    run_request = replace(run_request, full_refresh=request.full_refresh, part=Part.parse(part) if part else None)
    here = part or planned or sources or request.limit is not None
    with nullcontext() if here else _executor(opened) as executor:
        return run_jobs(opened.project, jobs, opened.watcher, result.jobs, replace(run_request, executor=executor))


def _executor(opened: Open) -> AbstractContextManager[Executor | None]:
    """The executor of project.yaml, or of the command line."""
    from odoo_etl.executors import open_executor

    project = opened.project.project
    spec = project.executor.model_copy(update=opened.request.executor)
    if spec.type == "threads" and "workers" in opened.request.executor:
        spec = spec.model_copy(update={"type": "processes"})
    return open_executor(spec, project.state.url.get_secret_value())


def open_state(project: Project) -> AbstractContextManager[Ledger]:
    """The ledger that the project names."""
    from odoo_etl.state import open_ledger

    return open_ledger(project.project.state.url.get_secret_value(), project.state_dir)


def run_folder(state_dir: Path, run_id: str) -> RunFolder:
    """Where a run leaves its files."""
    from odoo_etl.reporting.run_folder import RunFolder

    return RunFolder(state_dir, run_id)


def perform(
    request: Request, choose: Choose = selected, state: OpenState = open_state, folder_of: FolderOf = run_folder
) -> RunResult:
    """Do what was asked, print the result and leave the run's files behind. Raises what ended the run early.

    Args:
        choose: says what is to be done, once everything is open.
        state: opens the ledger.
        folder_of: the run's folder, by the folder of the state and the run's id.
    """
    from odoo_etl.reporting.run_folder import new_run_id
    from odoo_etl.results import RunResult
    from odoo_etl.spec.project import STATE_FOLDER, find_project, root_of
    from odoo_etl.stop import Stop

    project_file = find_project(request.project or Path.cwd(), upwards=request.project is None)
    state_dir = root_of(project_file) / STATE_FOLDER
    now = datetime.now(UTC)
    result = RunResult(new_run_id(now), request.command, now.isoformat(timespec="seconds"))
    folder = folder_of(state_dir, result.run_id)
    folder.make()
    started = time.monotonic()
    try:
        stop = Stop()
        with _signals_raise(stop):
            result.exit_code = _work(request, choose, state, folder, result, stop)
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
        _print_or_say(request, result, folder)
    return result


def _pending(result: RunResult) -> bool:
    return any(job.counts.created or job.counts.updated or _removals(job.vanished) for job in result.jobs)


def _removals(vanished: Mapping[str, Any]) -> bool:
    """Whether a mirror would write to records that its source lacks, or has again."""
    return bool(vanished.get("returned") or (vanished.get("found") and vanished["policy"] != "report"))


def _work(  # noqa: PLR0913, PLR0917 - the parts of a run
    request: Request, choose: Choose, state: OpenState, folder: RunFolder, result: RunResult, stop: Stop
) -> int:
    from odoo_etl.reporting.progress import Watcher, display

    project = open_project(request.project)
    shown = display()
    with closing(shown), state(project) as ledger:
        watcher = Watcher(shown)
        watcher.run_started(result.run_id, folder.path)
        work = choose(Open(request, project, ledger, folder, result, stop, watcher))
        result.parent = work.parent
        if request.plan_shown is not None:
            return work.begin()
        return _in_ledger(ledger, request, result, work)


def _in_ledger(ledger: Ledger, request: Request, result: RunResult, work: Work) -> int:
    """Do the work; the run has a line of its own in the ledger."""
    arguments = {
        "selectors": list(work.selectors),
        "part": work.part,
        "executor": dict(work.executor),
        "limit": work.limit,
        "full_refresh": work.full_refresh,
    }
    ledger.start_run(result.run_id, request.command, work.parent, arguments)
    code = 1
    try:
        code = work.begin()
    except (OdooEtlError, Interrupted) as error:
        code = error.exit_code
        raise
    finally:
        ledger.finish_run(result.run_id, code)
    ledger.prune(datetime.now(UTC) - IMAGES_KEPT)
    return code


def _print_or_say(request: Request, result: RunResult, folder: RunFolder) -> None:
    """Print the result; where that cannot be, say where it is, and let whoever asked for it see a failure."""
    from odoo_etl.reporting.run_folder import RESULTS_FILE

    try:
        _print(request, result, folder)
    except CannotPrint as error:
        result.exit_code = result.exit_code or error.exit_code
        with suppress(OSError):
            sys.stderr.write(f"error: {error}; the result is in {folder.path / RESULTS_FILE}\n")


def _print(request: Request, result: RunResult, folder: RunFolder) -> None:
    import json

    from odoo_etl.reporting.run_folder import as_json
    from odoo_etl.reporting.text import change_lines, header_lines, job_lines, run_lines, shown_path

    if request.json:
        typer.echo(json.dumps(as_json(result), ensure_ascii=False, default=str))
        return
    for line in header_lines(result):
        say(line)
    for job in result.jobs:
        for line in (*job_lines(job, planned=request.plan_shown is not None), *change_lines(job.changes)):
            say(line)
    for line in run_lines(result):
        say(line)
    say(f"report: {shown_path(folder.path / 'run_results.json')}")


@contextmanager
def _signals_raise(stop: Stop) -> Iterator[None]:
    """SIGINT and SIGTERM end the run in order: the calls in flight are finished, the report is written."""

    def end(number: int, _: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_DFL)  # a second one ends the program at once
        stop.request(number)
        raise Interrupted(number)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
