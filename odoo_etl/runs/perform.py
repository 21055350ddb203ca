"""A run from its folder to its report, whatever its use case: every way out leaves `run_results.json`.

What is heavy is loaded once the folder is there, so that whatever ends the loading is reported, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from odoo_etl.errors import Interrupted, OdooEtlError, UsageError
from odoo_etl.observers import GuardedObserver, Several
from odoo_etl.reporting.run_folder import RESULTS_FILE, RunFolder, new_run_id
from odoo_etl.results import JobResult, RunResult
from odoo_etl.runs.approval import check_approved, check_early
from odoo_etl.runs.followed import followed, recorded
from odoo_etl.runs.opening import OpenState, open_state
from odoo_etl.runs.records import Records
from odoo_etl.runs.traced import Traced
from odoo_etl.runs.work import Arguments, Choose, Open, Request, Work
from odoo_etl.so_far import JobsSoFar
from odoo_etl.spec import Project
from odoo_etl.spec.project import STATE_FOLDER, find_project, root_of

if TYPE_CHECKING:
    from odoo_etl.state import Ledger


@dataclass(frozen=True, slots=True)
class Openings:
    """How a run gets at what it leaves behind.

    Attributes:
        state: opens the ledger.
        folder: the run's folder, by the folder of the state and the run's id.
    """

    state: OpenState = open_state
    folder: Callable[[Path, str], RunFolder] = RunFolder


def perform(request: Request, choose: Choose, openings: Openings = Openings()) -> RunResult:
    """Do what was asked for, and leave the run's files behind.

    Args:
        choose: says what is to be done, once everything is open.

    Returns:
        What became of it; an error of ours that ended it early is told there.

    Raises:
        UsageError: there is no project; it writes to production, and nobody agreed (NotApproved).
        CannotReport: the run's folder cannot be made, or its report cannot be written.
    """
    workspace = request.workspace
    project_file = find_project(workspace.start, upwards=workspace.upwards)
    if request.plan_shown is None:
        check_early(request.command, workspace, openings.state, request.follows)
    run = _Run(request, openings, root_of(project_file) / STATE_FOLDER)
    run.folder.make()
    try:
        run.work(choose)
    except BaseException as error:
        error.add_note(f"the run's report is {run.folder.path / RESULTS_FILE}")
        raise
    finally:
        try:
            run.tell_channels()
        finally:
            result = run.reported()
    return result


class _Run:
    """One run, and what is known of it so far."""

    def __init__(self, request: Request, openings: Openings, state_dir: Path) -> None:
        self._now = request.workspace.clock
        now = self._now()
        self._notes: list[str] = []
        self._openings = openings
        self._id, self._started_at, self._started = new_run_id(now), _moment(now), time.monotonic()
        self._jobs = JobsSoFar()
        self._parent, self._environment = "", ""
        self._project: Project | None = None
        self._arguments = Arguments()
        self._ending = 1, "ended by an unexpected error"  # unless another one is known
        self.folder = openings.folder(state_dir, self._id)
        self._records = Records(self.folder, request.command, self._notes.append)
        guarded = GuardedObserver(request.workspace.observer, self._notes.append)
        self._traced = Traced(request.workspace.environ, self._notes.append)
        watching = Several(*self._records.observers, *self._traced.observers, guarded)
        self._request = replace(request, workspace=replace(request.workspace, observer=watching))

    def work(self, choose: Choose) -> None:
        """Do the work; only what nobody foresaw is raised. A signal ends it, and nothing after it."""
        stop = self._request.workspace.stop
        stop.begin()
        try:
            self._ending = self._ended(choose)
            stop.end()
        except Interrupted as error:
            self._ending = error.exit_code, str(error)
            if error.__cause__ is not None:
                self._notes.append(f"the signal came while a library was at work, which said: {error.__cause__!r}")
        finally:
            stop.end()

    def _ended(self, choose: Choose) -> tuple[int, str]:
        """The exit code of the work, and the error that ended it early, or ""."""
        workspace = self._request.workspace
        try:
            with workspace.stop.heeded():
                workspace.observer.run_started(self._id, self.folder.path)
                return self._opened(choose), ""
        except OdooEtlError as error:
            return error.exit_code, str(error)

    def tell_channels(self) -> None:
        """Tell the channels of `alerts` what the run shows; whatever goes wrong with that is noted."""
        alerts = self._project.project.alerts if self._project is not None else None
        if self._project is not None and alerts is None:
            return
        if self._project is None and self._ending[0] != UsageError.exit_code:
            return
        from odoo_etl.runs.alerted import Ended, tell_channels

        ended = Ended(self._result(), self._arguments, self._project)
        tell_channels(ended, self._request.workspace, self._openings.state, self._notes.append)

    def reported(self) -> RunResult:
        """The result, which is in the run's folder when this returns. Raises CannotReport."""
        self._request.workspace.observer.run_finished(self._result())
        result = self._records.written(self._result)
        said = [note for note in (self._measured(), self._traced.close()) if note]
        if not said:
            return result
        self._notes += said
        return self._records.noted(self._result)

    def _measured(self) -> str:
        """Write the measures, where project.yaml wants them written; why that was not possible, or ""."""
        project = self._project
        if project is None or project.project.metrics.file is None or self._request.plan_shown is not None:
            return ""
        from odoo_etl.runs.measured import write_measures

        return write_measures(self._request.workspace, project, self._openings.state, self._jobs.results())

    def _result(self) -> RunResult:
        """The result as far as it is known by now."""
        code, error = self._ending
        return RunResult(
            run_id=self._id,
            command=self._request.command,
            environment=self._environment,
            started_at=self._started_at,
            parent=self._parent,
            finished_at=_moment(self._now()),
            elapsed_s=round(time.monotonic() - self._started, 3),
            exit_code=code or (self._request.pending_code if any(map(_is_pending, self._jobs.results())) else 0),
            error=error,
            notes=tuple(self._notes),
            jobs=self._jobs.results(),
            folder=self.folder.path,
            files=tuple(self._jobs.files),
            plan=self._jobs.plan,
            only_planned=self._request.plan_shown is not None,
        )

    def _opened(self, choose: Choose) -> int:
        workspace, choice, entry = self._request.workspace, None, None
        if self._request.follows is not None:
            choice, entry = followed(workspace, self._openings.state, self._request.follows)
        project = workspace.load(choice)
        self._project, self._environment = project, project.environment
        with self._openings.state(project) as ledger:
            opened = Open(self._request, project, ledger, self.folder, self._id, self._jobs, self._notes, entry)
            opened = replace(opened, trace=self._traced.traceparent)
            work = choose(opened)
            self._parent, self._arguments = work.parent, work.arguments
            if self._request.plan_shown is not None:
                return work.begin()
            check_approved(self._request.command, workspace, project)
            code = self._in_ledger(ledger, work, recorded(project))
            _keep_retention(project, ledger, self._notes.append)
            return code

    def _in_ledger(self, ledger: Ledger, work: Work, world: Mapping[str, Any]) -> int:
        """Do the work; the run has a line of its own in the ledger."""
        arguments = {**asdict(work.arguments), "selectors": list(work.arguments.selectors), **world}
        ledger.start_run(self._id, self._request.command, work.parent, arguments)
        code = 1
        try:
            with self._request.workspace.stop.heeded():
                code = work.begin()
        except (OdooEtlError, Interrupted) as error:
            code = error.exit_code
            raise
        finally:
            ledger.finish_run(self._id, code)
        return code


def _keep_retention(project: Project, ledger: Ledger, note: Callable[[str], object]) -> None:
    from odoo_etl.runs.retention import keep_retention

    keep_retention(project, ledger, note)


def _is_pending(job: JobResult) -> bool:
    """Whether a run would write something of a planned job."""
    vanished = job.vanished is not None and job.vanished.pending
    steps = any(step.records for step in job.steps)
    return bool(job.counts.created or job.counts.updated or vanished or steps)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
