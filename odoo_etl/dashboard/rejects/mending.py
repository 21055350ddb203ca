"""Actions that change the rejects file: cells, replacements, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_etl.dashboard.frame import Refusal
from odoo_etl.dashboard.rejects.asked import is_number, number_of, table_of
from odoo_etl.dashboard.rejects.looking import Place, one_row, replacement_of
from odoo_etl.dashboard.rejects.typed import LONGEST, typed
from odoo_etl.errors import OdooEtlError
from odoo_etl.rejects.mending import MendedMeanwhile

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.rejects.mending import MendedRow


def change(visit: Visit) -> Response:
    """Change cells of a row; what is not taken is told at the row, with what was typed."""
    known, place, number = table_of(visit), Place.of(visit), number_of(visit)
    seen = known.row(number)
    sent = _sent(visit, seen)
    try:
        if seen.version != visit.text("version"):
            raise MendedMeanwhile("The row is another one by now. This is how it is; look, then save again.")
        cells = {seen.cells[at].column: typed(seen.cells[at].text, text) for at, text in sent.items()}
        found = known.change(number, seen.version, cells, visit.who)
    except OdooEtlError as error:
        return one_row(visit, place, known.row(number), error=str(error), sent=sent)
    if found != seen:
        visit.site.tell(f"{visit.who} changed rejects of {place.job} in run {place.run}: line {found.line}")
    return one_row(visit, place, found, said="Saved.") if visit.wants_part else back(visit, place)


def accept(visit: Visit) -> Response:
    """Say that a line that was no row is one."""
    known, place, number = table_of(visit), Place.of(visit), number_of(visit)
    known.accept(number, visit.text("version"), visit.who)
    visit.site.tell(f"{visit.who} said that a line is a row: rejects of {place.job} in run {place.run}")
    return back(visit, place)


def replace(visit: Visit) -> Response:
    """Replace one value by another, as it was previewed."""
    place = Place.of(visit)
    edit = table_of(visit).replace(
        replacement_of({name: visit.text(name) for name in ("in", "old", "new", "part")}),
        place.asked.wanted,
        visit.text("version"),
        visit.who,
    )
    visit.site.tell(f"{visit.who} replaced {edit.cells:,} cells in rejects of {place.job} in run {place.run}")
    return back(visit, place)


def undo(visit: Visit) -> Response:
    """Take the last edit back, if it is still the one that the visitor saw."""
    known, place = table_of(visit), Place.of(visit)
    number = visit.text("edit")
    if not is_number(number) or not int(number):
        raise Refusal("The form is none of this page. Load the page again.")
    try:
        edit = known.undo(visit.who, int(number))
    except MendedMeanwhile as error:
        raise Refusal(str(error), 409) from error
    visit.site.tell(f"{visit.who} took back edit {edit.undoes} of rejects of {place.job} in run {place.run}")
    return back(visit, place)


def back(visit: Visit, place: Place) -> Response:
    """To the table, as the visitor had it."""
    return visit.go("rejects", run=place.run, job=place.job, page=place.asked.number, **place.asked.query)


def _sent(visit: Visit, seen: MendedRow) -> dict[int, str]:
    """The cells of a form by their places. Raises Refusal: one has no place in the row, or is too long."""
    known = ((name.removeprefix("cell-"), name) for name in visit.form if name.startswith("cell-"))
    sent = {int(at): visit.text(name) for at, name in known if is_number(at)}
    if any(at >= len(seen.cells) for at in sent):
        raise Refusal("The form is of another file. Load the page again.")
    if any(len(seen.cells[at].text) > LONGEST for at in sent):
        raise Refusal("The cell is too long to be changed here: download the file.")
    return sent
