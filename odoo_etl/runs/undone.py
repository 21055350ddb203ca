"""Taking a run back."""

from __future__ import annotations

from odoo_etl.errors import Busy, UsageError
from odoo_etl.runs.find import LAST, MANY, SHOWN, by_name, ids
from odoo_etl.runs.perform import Open, Work
from odoo_etl.runs.schedule import undo_jobs
from odoo_etl.state import Ledger, RunEntry
from odoo_etl.sync.writing import Settler
from odoo_etl.undoing import UndoRequest

NOTHING_TO_TAKE_BACK = "skipped"
UNDOABLE = ("run", "resume", "retry")  # of `last`: an undo that is repeated takes nothing more back


def undoing(opened: Open, run: str, *, delete: bool) -> Work:
    """The jobs of a run, to be taken back.

    Args:
        delete: delete what the run created, also where it could be archived.
    """
    entry, workspace = entry_of(opened.ledger, run), opened.request.workspace
    jobs = [one for one in opened.ledger.jobs(entry.id) if one.status != NOTHING_TO_TAKE_BACK]
    request = UndoRequest(
        opened.ledger,
        opened.run_id,
        settler=Settler(workspace.stop.pause),
        shown=opened.request.plan_shown,
        delete=delete,
    )
    return Work(lambda: undo_jobs(opened.project, jobs, workspace.observer, opened.jobs, request), parent=entry.id)


def entry_of(ledger: Ledger, run: str) -> RunEntry:
    """The run that is meant; of `last`, the last one that was not refused and is no undo itself.

    Raises:
        UsageError: there is none.
    """
    if run == LAST:
        found = next((one for one in ledger.runs(MANY, UNDOABLE) if one.exit_code != Busy.exit_code), None)
    else:
        found = by_name(ledger, run)
    if found is None:
        raise UsageError(f"there is no run {run!r}; the last ones: {ids(ledger.runs(SHOWN))}")
    return found
