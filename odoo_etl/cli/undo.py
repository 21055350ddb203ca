"""`odoo-etl undo`: take a run back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption
from odoo_etl.cli._run import Choose, Open, Request, Work, perform
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.state import RunEntry

NOTHING_TO_TAKE_BACK = "skipped"


def undo(  # noqa: PLR0913 - options of the command line
    run: Annotated[str, typer.Argument(metavar="RUN", show_default=False, help="The run's id.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would be done.")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete what the run created, also where it could be archived.")
    ] = False,
    show: Annotated[int, typer.Option(min=0, help="With --plan, how many changes of each job to show.")] = 10,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Put back what a run replaced and archive what it created; records that somebody changed since stay."""
    if not plan and not yes:
        _ask(run)
    request = Request("undo", project, [], json_, plan_shown=show if plan else None)
    result = perform(request, undoing(run, delete=delete))
    raise typer.Exit(result.exit_code)


def undoing(run: str, *, delete: bool = False) -> Choose:
    """What takes a run back."""
    return lambda opened: _undoing(_entry(opened, run), opened, delete=delete)


def _ask(run: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError("undo writes to Odoo: give --yes, or look first with --plan")
    typer.confirm(f"Undo run {run}? (`odoo-etl undo {run} --plan` shows what would be done)", abort=True)


def _entry(opened: Open, run: str) -> RunEntry:
    """The run that is meant.

    Raises:
        UsageError: there is none.
    """
    entry = opened.ledger.run(run)
    if entry is None:
        known = ", ".join(one.id for one in opened.ledger.runs(3)) or "none"
        raise UsageError(f"there is no run {run!r}; the last ones: {known}")
    return entry


def _undoing(entry: RunEntry, opened: Open, *, delete: bool) -> Work:
    from odoo_etl.runs import undo_jobs
    from odoo_etl.sync.writing import Settler
    from odoo_etl.undoing import UndoRequest

    jobs = [one for one in opened.ledger.jobs(entry.id) if one.status != NOTHING_TO_TAKE_BACK]
    request = UndoRequest(
        opened.ledger,
        opened.result.run_id,
        settler=Settler(opened.stop.pause),
        shown=opened.request.plan_shown,
        delete=delete,
    )
    return Work(lambda: undo_jobs(opened.project, jobs, opened.watcher, opened.result.jobs, request), parent=entry.id)
