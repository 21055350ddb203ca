"""The notes of an undo about its work."""

from __future__ import annotations

from collections.abc import Iterator

from odoo_etl.fieldtypes import IdList
from odoo_etl.planning import REMOVED, LineRemoval, Pair, PathChange, RecordRules, Update, paths_of, shown_row
from odoo_etl.results import Change
from odoo_etl.state import TakenBack


def mark_notes(back: TakenBack, *, again: bool) -> Iterator[str]:
    """Say what the next run reads again, or no longer."""
    if back.moved:
        where = "with everything" if back.watermark is None else f"at the watermark {back.watermark}"
        yield f"the next run begins {where}, as before this one"
    if back.files:
        files = "1 file" if back.files == 1 else f"{back.files} files"
        yield f"the next run {'does not read' if again else 'reads'} {files} again"


def change(update: Update, rules: RecordRules) -> Change:
    """The values that an update puts back, as plans show them."""
    return Change("update", f"id {update.id}", update.id, 0, dict(map(_shown, paths_of(update, rules))))


def _shown(one: PathChange) -> tuple[str, Pair]:
    if isinstance(one, LineRemoval):
        return one.path, (shown_row(one), REMOVED)
    return one.path, (one.old, list(one.new.ids) if isinstance(one.new, IdList) else one.new)
