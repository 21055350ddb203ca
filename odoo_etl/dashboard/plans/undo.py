"""Undo of a run: first what it would do, then exactly that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from odoo_etl.dashboard.frame import Action, Link, NotThere, Page, Refusal, Section, checked_run, start
from odoo_etl.errors import UsageError
from odoo_etl.results import UNDOABLE
from odoo_etl.runs import show

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.results import RunResult
    from odoo_etl.runs import ShownRun

ENDED_WELL: Final = (0, 3)


def _undo(visit: Visit) -> Response:
    run = _run(visit)
    return visit.render("undo.html", run=run, why=why_not(run))


def _preview(visit: Visit) -> Response:
    run = _run(visit)
    if why := why_not(run):
        raise Refusal(why, 409)
    options = ["--plan", "--keep", "--show=0", *(["--delete"] if visit.text("delete") else [])]
    return start(visit, "undo", run.result.run_id, *options, what=f"--plan {run.result.run_id}", writes=False)


def _carry_out(visit: Visit) -> Response:
    """Undo a run as its preview says."""
    preview = _run(visit).result
    if preview.command != "undo" or not preview.only_planned or preview.exit_code not in ENDED_WELL:
        raise Refusal(f"Run {preview.run_id} is no preview of an undo that came to its end", 409)
    run = _shown(visit, preview.parent)
    if why := why_not(run):
        raise Refusal(why, 409)
    options = ["--delete"] if deletes(preview) else []
    return start(visit, "undo", preview.parent, *options, what=preview.parent)


def deletes(preview: RunResult) -> bool:
    """Whether the undo is to delete what the run created, also where it could be archived, as its preview did.

    Where it neither deletes nor archives, all that was created is left alone; what has become free since is archived.
    """
    planned = [job.planned for job in preview.jobs]
    return any(one.get("delete") for one in planned) and not any(one.get("archive") for one in planned)


def why_not(run: ShownRun) -> str:
    """Why a run cannot be taken back; "" where it can."""
    result = run.result
    if result.command not in UNDOABLE or result.is_plan:
        return f"“{result.command}” is no run that can be taken back."
    if run.is_running:
        return "The run is still going on: stop it, or wait until it has ended."
    if run.purged_at is not None:
        return f"The run was purged on {run.purged_at:%Y-%m-%d}: what it replaced is forgotten."
    return ""


def _run(visit: Visit) -> ShownRun:
    return _shown(visit, checked_run(visit.path["run"]))


def _shown(visit: Visit, name: str) -> ShownRun:
    try:
        return show(visit.site.workspace, name)
    except UsageError as error:
        raise NotThere(f"there is no run {name}") from error


def _of_run(run: ShownRun) -> Iterator[Link]:
    result = run.result
    if result.command == "undo" and result.only_planned:
        if result.finished_at and result.exit_code in ENDED_WELL:
            yield Link("What it would do", "plan", {"run": result.run_id}, is_next=True)
    elif not why_not(run) and any(job.wrote or job.counts.created or job.counts.updated for job in result.jobs):
        yield Link("Undo", "undo", {"run": result.run_id})


UNDO = Section(
    "undo",
    (
        Page("/runs/{run}/undo", "undo", _undo),
        Action("/runs/{run}/undo/preview", "undo_preview", _preview),
        Action("/runs/{run}/undo", "undo_carry_out", _carry_out),
    ),
    of_run=_of_run,
)
