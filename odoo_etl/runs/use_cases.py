"""The use cases: plan, apply, run, resume, retry, undo, reconcile, history, guess, inspect, preview, export.

They are the public API.

Each takes a project and returns a result; none prints, heeds a signal, or ends the process. What a run met on its way
is in its result, and in its folder: `exit_code` is the verdict of the whole, as on the command line.

    0       every row is accounted for, and none was rejected
    1       a job failed
    2       bad usage or an invalid file: nothing was read or written
    3       done, with rejected rows, or with values that Odoo did not keep
    4       a safety limit stopped the run before the write it guards; the source or Odoo is not as the job expects;
            `reconcile` found a difference
    5       cannot connect, log in, or lacks rights
    6       another run of the same job is alive, or creates records of the same model
    7       the plan file that is applied is stale: what differs was not written
    8       a plan with pending changes, where `detailed_exitcode` asks for it
    128 + n ended by signal n, through `Workspace.stop`

All of them raise `UsageError` where there is no project or an argument cannot be meant, and `CannotReport` where the
run's folder cannot be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_etl.errors import UsageError
from odoo_etl.results import RunResult
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.past import PastRun
from odoo_etl.runs.perform import perform
from odoo_etl.runs.shown import ShownRun
from odoo_etl.runs.work import Arguments, Open, Request, Work
from odoo_etl.runs.workspace import Partition, Workers, Workspace

if TYPE_CHECKING:
    from odoo_etl.exporting import ExportOptions
    from odoo_etl.exports import ExportResult
    from odoo_etl.inspections import ModelReport
    from odoo_etl.measuring import Measures
    from odoo_etl.previews import JobPreview, Pick
    from odoo_etl.rejects.mending import RejectsTable
    from odoo_etl.runs.guessed import GuessedJob, GuessOptions
    from odoo_etl.runs.retried import AskNewKeys
    from odoo_etl.runs.told import PurgeResult, RejectsOfRun
    from odoo_etl.runs.validated import Validation
    from odoo_etl.scaffold import NewProject, Scaffold
    from odoo_etl.state import Ledger, RunEntry

Project = Workspace | Path | str | None
LAST = "last"
PENDING_CODE = 8


def validate(project: Project = None, jobs: Sequence[str] | str = (), *, online: bool = False) -> Validation:
    """Check the files of a project; nothing is written, and no source is read but the first rows of files.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        jobs: names, globs, `tag:x`, `job+`, `+job`; by default all jobs.
        online: also check models, fields, types and rights on the server.

    Raises:
        UsageError: there is no project, or no such job.
        CannotStart, OdooError: the server cannot be asked.
    """
    from odoo_etl.runs.validated import validated

    return validated(Workspace.of(project), _selectors(jobs), online=online)


def plan(  # noqa: PLR0913 - options by keyword
    project: Project = None,
    jobs: Sequence[str] | str = (),
    *,
    limit: int | None = None,
    full_refresh: bool = False,
    show: int = 10,
    every_change: bool = False,
    detailed_exitcode: bool = False,
    out: Path | str | None = None,
    keep: bool = False,
) -> RunResult:
    """Count what `run` would create, update, leave and reject, without writing.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        jobs: names, globs, `tag:x`, `job+`, `+job`; by default all jobs.
        limit: read only the first rows of each job.
        full_refresh: read everything, also what earlier runs have read.
        show: how many changes of each job are in its result.
        every_change: keep all changes in the run's folder, however many there are: `changes_of` reads them.
        detailed_exitcode: the exit code is 8 where changes are pending.
        out: keep the plan in this file, for `apply`.
        keep: keep it in the state folder, with every change: `kept_plans` lists it.
    """
    if keep and out is not None:
        raise UsageError("a plan is kept in a file (--out) or in the state folder (--keep): say one of both")
    workspace = Workspace.of(project)
    if keep:
        from odoo_etl.runs.kept_plans import new_plan_path

        out = new_plan_path(workspace.load(with_jobs=False))
    arguments = Arguments(_selectors(jobs), limit=_limit(limit), full_refresh=full_refresh)
    pending_code = PENDING_CODE if detailed_exitcode else 0

    def choose(opened: Open) -> Work:
        return _selected(opened, arguments) if out is None else _kept(opened, arguments, Path(out))

    request = Request("plan", workspace, show, pending_code, every_change=every_change or keep)
    return perform(request, choose)


def apply(project: Project, file: Path | str) -> RunResult:
    """Carry out exactly the plan that `plan(..., out=file)` kept; where anything differs, the exit code is 7.

    Environment, connection and variables are those of the plan.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        file: the plan file.
    """
    from odoo_etl.runs.applied import applying, in_its_world

    workspace = replace(Workspace.of(project), approved=True)  # who gives a plan file has seen what it is to do
    with suppress(UsageError):  # which `applying` raises again, where the run can report it
        workspace = in_its_world(workspace, Path(file))
    return perform(Request("apply", workspace), lambda opened: applying(opened, Path(file)))


def run(
    project: Project = None,
    jobs: Sequence[str] | str = (),
    *,
    limit: int | None = None,
    full_refresh: bool = False,
    divided: Workers | Partition | None = None,
) -> RunResult:
    """Make Odoo equal to the sources of jobs: write what differs.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        jobs: names, globs, `tag:x`, `job+`, `+job`; by default all jobs.
        limit: read only the first rows of each job.
        full_refresh: read everything, also what earlier runs have read.
        divided: among so many workers, or one part of each job; by default as project.yaml says.
    """
    if isinstance(divided, Partition) and limit:
        raise UsageError("one part of each job (--partition) goes with no limit (--limit): a part has rows of its own")
    workspace = Workspace.of(project)
    arguments = Arguments(
        _selectors(jobs),
        divided.part if isinstance(divided, Partition) else "",
        divided.executor if isinstance(divided, Workers) else {},
        _limit(limit),
        full_refresh,
        success=workspace.success,
    )
    return perform(Request("run", workspace), lambda opened: _selected(opened, arguments))


def resume(project: Project = None, run_id: str = LAST, *, divided: Workers | None = None) -> RunResult:
    """Go on with a run that failed, was interrupted or was killed: what it had confirmed is not sent again.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        run_id: its id, the beginning of it, or `last` for the last one that ended early.
        divided: among other workers than the run was.
    """

    def choose(opened: Open) -> Work:
        from odoo_etl.runs.resumed import resuming

        return resuming(opened, run_id, divided.executor if divided else {})

    def follows(ledger: Ledger, told: str | None) -> RunEntry | None:
        from odoo_etl.runs.resumed import entry_of

        return entry_of(ledger, run_id, told)

    return perform(Request("resume", Workspace.of(project), follows=follows), choose)


def retry(
    project: Project = None,
    run_id: str = LAST,
    jobs: Sequence[str] | str = (),
    *,
    accept_new_keys: bool | AskNewKeys = False,
) -> RunResult:
    """Run jobs on just the rows that they rejected: mended in the rejects file, or after Odoo was mended.

    What lands leaves the file; what is rejected again stays there, with its new reason.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        run_id: its id, the beginning of it, or `last` for the last one with rejected rows.
        jobs: names of jobs; by default all that have rejected rows.
        accept_new_keys: rows whose key is another one than when they were rejected are other records, and meant; else
            they stay rejects. A function is asked, with those keys, before anything is done.
    """
    wanted, workspace = _selectors(jobs), Workspace.of(project)

    def choose(opened: Open) -> Work:
        from odoo_etl.runs.retried import retrying

        return retrying(opened, run_id, wanted, accept_new_keys)

    def follows(ledger: Ledger, told: str | None) -> RunEntry | None:
        from odoo_etl.runs.retried import entry_of

        return entry_of(ledger, workspace.runs, run_id, told)

    return perform(Request("retry", workspace, follows=follows), choose)


def mend(project: Project, run_id: str, job: str) -> RejectsTable:
    """The rejected rows of a job in a run: page by page, filtered, mended in their file, until `retry` reads that.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        run_id: its id, the beginning of it, or `last` for the last one with rejected rows.
        job: its name.

    Raises:
        UsageError: it has no rejected rows there.
    """
    from odoo_etl.runs.mending import table_of

    return table_of(Workspace.of(project), run_id, job)


def rejects_of(project: Project = None, run_id: str = LAST) -> RejectsOfRun:
    """Name the jobs of a run that have rejected rows; `mend` and `retry` take them.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        run_id: its id, the beginning of it, or `last` for the last one with rejected rows.

    Raises:
        UsageError: there is no such run, or its folder is not here.
    """
    from odoo_etl.runs.mending import rejects_of_run

    return rejects_of_run(Workspace.of(project), run_id)


def undo(
    project: Project, run_id: str, *, delete: bool = False, plan_shown: int | None = None, every_change: bool = False
) -> RunResult:
    """Put back what a run replaced, and archive what it created; records that somebody changed since stay.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        run_id: its id, the beginning of it, or `last` for the last one that was not itself an undo.
        delete: delete what the run created, also where it could be archived.
        plan_shown: given, nothing is written, and so many changes of each job are in its result.
        every_change: with `plan_shown`, keep all changes in the run's folder, as `plan` does.
    """

    def choose(opened: Open) -> Work:
        from odoo_etl.runs.undone import undoing

        return undoing(opened, run_id, delete=delete)

    def follows(ledger: Ledger, told: str | None) -> RunEntry | None:
        from odoo_etl.runs.undone import entry_of

        return entry_of(ledger, run_id, told)

    request = Request("undo", Workspace.of(project), plan_shown, every_change=every_change, follows=follows)
    return perform(request, choose)


def reconcile(project: Project = None, jobs: Sequence[str] | str = (), *, show: int = 10) -> RunResult:
    """Compare Odoo with the sources of jobs, record by record and as control sums, without writing.

    In the result of each job `created` counts rows whose record Odoo lacks, `updated` those whose record differs; and
    `vanished` are records in Odoo that the source lacks. The exit code is 0 where all is equal, and 4 where it is not.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        jobs: names, globs, `tag:x`, `job+`, `+job`; by default all jobs.
        show: how many differing records of each job are in its result.
    """
    arguments = Arguments(_selectors(jobs), full_refresh=True)

    def choose(opened: Open) -> Work:
        from odoo_etl.runs.reconciled import reconciling

        return reconciling(opened, arguments)

    return perform(Request("reconcile", Workspace.of(project), show, compares=True), choose)


def history(project: Project = None, jobs: Sequence[str] | str = (), *, limit: int = 50) -> list[PastRun]:
    """The last runs of a project, newest first, as its ledger knows them; plans are not in it.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        jobs: names or globs; by default runs of all jobs, with all of theirs.
        limit: at most so many.

    Raises:
        SpecError: project.yaml is invalid.
        StateError: the ledger cannot be read.
        UsageError: no run had such a job.
    """
    from odoo_etl.runs.past import past_runs

    return past_runs(Workspace.of(project), limit, _selectors(jobs))


def show(project: Project = None, run_id: str = LAST) -> ShownRun:
    """Everything that is known of a run: from its folder, and from the ledger where that is all there is.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        run_id: its id, the beginning of it, or `last`; of a plan, whose only record is its folder, the id.

    Raises:
        SpecError: project.yaml is invalid.
        StateError: the ledger cannot be read.
        UsageError: there is no such run.
    """
    from odoo_etl.runs.shown import shown_run

    return shown_run(Workspace.of(project), run_id)


def measures(project: Project = None) -> Measures:
    """The measures of a project by now, as `odoo-etl metrics` prints them: of its jobs, its runs and its ledger.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.

    Raises:
        SpecError: project.yaml is invalid.
        StateError: the ledger cannot be read.
    """
    from odoo_etl.runs.measured import Measuring

    return Measuring(Workspace.of(project), open_state).measures()


def guess(project: Project, file: Path | str, model: str, options: GuessOptions | None = None) -> GuessedJob:
    """Guess the job that brings a file to a model, and write it; Odoo is only read.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        file: a CSV file, a workbook, a Parquet file or an SQLite database.
        model: such as `res.partner`.
        options: which sheet, which name, which file, whom to ask.

    Raises:
        UsageError: no such file, model or connection; or a job is there already.
        SourceError: the file cannot be read.
        CannotStart, OdooError: the server cannot be asked.
    """
    from odoo_etl.runs.guessed import GuessOptions, guess_job

    return guess_job(Workspace.of(project), Path(file), model, options or GuessOptions())


def inspect(
    project: Project,
    model: str,
    *,
    key: Sequence[str] | str = (),
    connection: str = "",
    offline: bool = False,
) -> ModelReport:
    """Describe a model of Odoo: its fields, and how well some of them tell its records apart; nothing is written.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        model: such as `res.partner`.
        key: fields that are looked at as a key: every record is read.
        connection: the server that is asked; by default that of the workspace, or `main`.
        offline: ask no server, only what `schema pull` has kept.

    Raises:
        UsageError: there is no such model, field or connection; a misspelt one comes with the nearest.
        CannotStart, OdooError: the server cannot be asked.
    """
    from odoo_etl.runs.inspected import inspect_model

    return inspect_model(Workspace.of(project), model, tuple(_selectors(key)), connection, offline=offline)


def purge(
    project: Project = None,
    *,
    before: str | datetime | timedelta | None = None,
    keys: Sequence[str] | str = (),
    jobs: Sequence[str] | str = (),
    plan: bool = False,
) -> PurgeResult:
    """Forget what old runs replaced, rejected and reported, or all that is kept of some records; Odoo is not touched.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        before: runs that ended earlier: `90d` ago, a time span, a date.
        keys: of records; of a key of several fields, its values with `|` between them.
        jobs: only runs of nothing but these jobs, or their records.
        plan: only say what would go.

    Raises:
        SpecError: a file of the project is invalid.
        StateError: the ledger, or a file, cannot be read or changed.
        Busy: a run is alive that may write of one of the keys.
    """
    from odoo_etl.runs.purged import Wanted, purge_project

    wanted = Wanted(before, tuple(_selectors(keys)), tuple(_selectors(jobs)), plan)
    return purge_project(Workspace.of(project), wanted)


def preview(
    project: Project, job: str, *, rows: int = 20, pick: Pick | None = None, offline: bool = False
) -> JobPreview:
    """Show the first rows of a job: cells beside the values that a run would send, and what is wrong with them.

    The rows are planned as `plan` does; nothing is written, neither in Odoo nor in the ledger.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        job: its name.
        rows: at most so many.
        pick: other rows than the first ones.
        offline: ask no server: map the rows by the snapshots of `schema pull`.

    Raises:
        UsageError: there is no such job, or no row can be picked like that.
    """
    from odoo_etl.runs.previewed import preview_job

    if rows < 1:
        raise UsageError(f"rows {rows}: look at one row at least")
    return preview_job(Workspace.of(project), job, rows, pick, offline=offline)


def export(project: Project, what: str, options: ExportOptions) -> ExportResult:
    """Export records of Odoo to a file, or to a table of a SQL database; Odoo is only read.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        what: a job, whose records are written in the form of its source, or a model such as `res.partner`.
        options: which fields and records, where to, in which form.

    Raises:
        UsageError: an option cannot be meant, or there is no such job, model or field.
        CannotWrite: the file or table cannot be written.
        SourceError, OdooError, CannotStart: Odoo cannot be read.
        Interrupted: `Workspace.stop` was asked for. Of all these but the first, `resume=True` goes on.
    """
    from odoo_etl.runs.exported import export_records

    return export_records(Workspace.of(project), what, options)


def init(folder: Path | str, new: NewProject | None = None) -> Scaffold:
    """Begin a project: project.yaml, a job with rows to try, and what belongs beside; nothing that is there is touched.

    Args:
        folder: of the project; it is made where there is none.
        new: its servers, its first job, its CI service; by default the sandbox, and production to come.

    Raises:
        UsageError: a file cannot be written.
    """
    from odoo_etl.scaffold import SECRET, NewProject, files_of, write_files

    return write_files(Path(folder), files_of(new or NewProject()), SECRET)


def _selected(opened: Open, arguments: Arguments) -> Work:
    from odoo_etl.runs.selected import selected

    return selected(opened, arguments)


def _kept(opened: Open, arguments: Arguments, out: Path) -> Work:
    from odoo_etl.runs.plan_kept import keeping

    return keeping(opened, arguments, out)


def _selectors(jobs: Sequence[str] | str) -> list[str]:
    """One selector may stand alone."""
    return [jobs] if isinstance(jobs, str) else list(jobs)


def _limit(rows: int | None) -> int | None:
    if rows is not None and rows < 1:
        raise UsageError(f"limit {rows}: read at least one row of each job")
    return rows
