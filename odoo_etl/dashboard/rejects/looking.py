"""Pages of rejects that change nothing: the jobs of a run, the table, a row, a cell, a preview of a replacement."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import PlainTextResponse

from odoo_etl.dashboard.frame import NotThere, checked_run, waiting
from odoo_etl.dashboard.rejects import typed
from odoo_etl.dashboard.rejects.asked import PAGE, Asked, asked, column_of, number_of, table_of
from odoo_etl.errors import UsageError
from odoo_etl.explaining import explain
from odoo_etl.rejects.mending import Replacement
from odoo_etl.runs import rejects_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.explaining import CodePage
    from odoo_etl.rejects.mending import MendedRow, RejectsPage, RejectsTable

SHORT: Final = 160  # characters of a cell in the table
GROUPS: Final = 12
EDITS: Final = 8
_ANY: Final = 999_999_999_999_999  # a number of a row that no address has otherwise


@dataclass(frozen=True, slots=True)
class Place:
    """A job of a run, for the addresses of its rejects.

    Attributes:
        asked: what the visitor asked for, which further addresses keep.
    """

    visit: Visit
    run: str
    job: str
    asked: Asked
    _known: dict[str, str] = field(default_factory=dict, repr=False)  # addresses of rows, of which a table has hundreds

    @classmethod
    def of(cls, visit: Visit) -> Place:
        """The one that an address names."""
        return cls(visit, visit.path["run"], visit.path["job"], asked(visit))

    def url(self, page: str, /, **values: str | int) -> str:
        """The address of a page of it."""
        return self.visit.url(page, run=self.run, job=self.job, **values)

    def row(self, page: str, number: int, c: str, **values: int) -> str:
        """The address of a page of a row, from which the table is found again.

        Args:
            c: the columns that the table has.
            values: more for behind the `?`.
        """
        if page not in self._known:
            query = {**self.asked.query, "page": self.asked.number, "c": c}
            self._known[page] = self.url(page, number=_ANY, **query)
        more = "".join(f"&{name}={value}" for name, value in values.items())
        return self._known[page].replace(str(_ANY), str(number), 1) + more


def jobs(visit: Visit) -> Response:
    """The jobs of a run that have rejects."""
    try:
        found = rejects_of(visit.site.workspace, checked_run(visit.path["run"]))
    except UsageError as error:
        raise NotThere(str(error)) from error
    return visit.render("rejects_jobs.html", found=found, run=visit.path["run"])


def table(visit: Visit) -> Response:
    """A page of the rejects of a job; for htmx the table alone."""
    known, place = table_of(visit), Place.of(visit)
    if reading := _reading(visit, known):
        return reading
    wanted, number = place.asked.wanted, place.asked.number
    page = known.page(wanted, (number - 1) * PAGE, PAGE)
    shown = {
        **cells_of(visit, page, place),
        "page": page,
        "rows": page.rows,
        "last": max(1, -(-page.found // PAGE)),
        "focus": "",
    }
    if visit.wants_part:
        return visit.render("rejects_part.html", **shown)
    groups = known.groups()
    edits = known.edits(EDITS)
    undoable = next((one for one in edits if not one.is_undone and not one.undoes), None)
    undone_by = rejects_of(visit.site.workspace, place.run).undone_by
    return visit.render(
        "rejects.html",
        **shown,
        groups=groups[:GROUPS],
        more_groups=len(groups) - GROUPS,
        fields=sorted({name for one in groups for name in one.field.split(", ") if name}),
        explained={code: _explained(code) for code in dict.fromkeys(one.code for one in groups) if code},
        edits=edits,
        undoable=undoable,
        undone_by=undone_by,
        mended_first=next((cell.column for row in page.rows for cell in row.cells if cell.flawed), ""),
        new_keys=known.rows_with_new_keys() if page.new_keys else [],
    )


def _reading(visit: Visit, known: RejectsTable) -> Response | None:
    """The page that says how far the rejects are read; None where they are."""
    about = "The rejects are being read"
    return waiting(visit, str(known.path), about, lambda: known.is_ready, known.prepare)


def row(visit: Visit) -> Response:
    """A row with all of its cells; for htmx its line of the table."""
    known, place = table_of(visit), Place.of(visit)
    if reading := _reading(visit, known):
        return reading
    return one_row(visit, place, known.row(number_of(visit)))


def one_row(visit: Visit, place: Place, found: MendedRow, **values: Any) -> Response:
    """The same of a row that is known.

    Args:
        values: `error` and `sent`, where what was typed was not taken; `said` where it was.
    """
    focus = visit.query.get("focus", visit.text("focus"))
    shown = {**_of_row(visit, place, found), "focus": focus, "error": "", "sent": {}, "said": "", **values}
    return visit.render("rejects_row_part.html" if visit.wants_part else "rejects_row.html", **shown)


def cell(visit: Visit) -> Response:
    """The form of one cell; without htmx, the page of its row."""
    place, found = Place.of(visit), table_of(visit).row(number_of(visit))
    if not visit.wants_part:
        return one_row(visit, place, found)
    at = column_of(visit, found)
    return visit.render("rejects_cell_part.html", **_of_row(visit, place, found), at=at, error="", sent={})


def _of_row(visit: Visit, place: Place, found: MendedRow) -> dict[str, Any]:
    page = replace(table_of(visit).page(limit=1), rows=(found,))
    return {**cells_of(visit, page, place), "row": found, "read_only": page.read_only}


def text(visit: Visit) -> Response:
    """The whole text of a cell, however long."""
    found = table_of(visit).row(number_of(visit))
    one = found.cells[column_of(visit, found)].text
    return PlainTextResponse(typed.offered(one))


def replacing(visit: Visit) -> Response:
    """The cells that a replacement would change."""
    known, place, replacement = table_of(visit), Place.of(visit), replacement_of(visit.query)
    if reading := _reading(visit, known):
        return reading
    preview = known.preview(replacement, place.asked.wanted)
    return visit.render("rejects_replace.html", here=place, replacement=replacement, preview=preview)


def replacement_of(values: Any) -> Replacement:
    """The replacement that an address or a form has."""
    old, new = (values.get(name) or "" for name in ("old", "new"))
    return Replacement(str(values.get("in") or ""), str(old), str(new), bool(values.get("part")))


def cells_of(visit: Visit, page: RejectsPage, place: Place) -> dict[str, Any]:
    """The values that templates of rows and cells need."""
    chosen = place.asked.shown(page)
    return {
        "here": place,
        "columns": page.columns,
        "chosen": chosen,
        "c": ",".join(map(str, chosen)),
        "can_mend": visit.is_operator and not page.read_only,
        "short": SHORT,
        "typed": typed,
    }


def _explained(code: str) -> CodePage | None:
    try:
        return explain(code)[0]
    except UsageError:  # a code of a later version
        return None
