"""What an undo tells of its work."""

from __future__ import annotations

from collections.abc import Iterator

from odoo_etl.fieldtypes import IdList
from odoo_etl.planning import Update
from odoo_etl.results import Change
from odoo_etl.state import TakenBack


def mark_notes(back: TakenBack, *, again: bool) -> Iterator[str]:
    """What the next run reads again, or no longer."""
    if back.moved:
        where = "with everything" if back.watermark is None else f"at the watermark {back.watermark}"
        yield f"the next run begins {where}, as before this one"
    if back.files:
        files = "1 file" if back.files == 1 else f"{back.files} files"
        yield f"the next run {'does not read' if again else 'reads'} {files} again"


def change(update: Update) -> Change:
    """What an update puts back, as plans show it."""
    shown = {
        name: (old, list(new.ids) if isinstance(new, IdList) else new) for name, (old, new) in update.changes.items()
    }
    return Change("update", f"id {update.id}", update.id, 0, shown)
