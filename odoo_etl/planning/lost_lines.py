"""Lines that were just written, and that are not found by the key that they were written with. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from odoo_etl.mapping import shown_key
from odoo_etl.planning.changes import LineChanges, Update

SHOWN = 5


def lines_lost(update: Update) -> str:
    """Why each run would add lines of this record once more; "" where none is lost.

    A line that is not there at all was taken away meanwhile; one that has another key stands beside those that are
    found.
    """
    for path, one in _every(update):
        if one.creates and one.others:
            lost = ", ".join(list(one.creates)[:SHOWN])
            return (
                f"{path} of {shown_key(update.record)} (id {update.id}): lines that were written are not found by their"
                f" key: {lost}. Odoo keeps the key otherwise, and each run would add them once more, so the job was"
                " stopped: take another key, or write it as Odoo keeps it; `odoo-etl undo` takes back what was written"
            )
    return ""


def _every(update: Update, path: str = "") -> Iterator[tuple[str, LineChanges]]:
    for one in update.children:
        yield path + one.name, one
        for label, line in one.updates.items():
            yield from _every(line, f"{path}{one.name}[{label}].")
