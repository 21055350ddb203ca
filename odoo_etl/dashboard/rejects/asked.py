"""The part of the rejects that an address asks for: filters, a page of rows, columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from odoo_etl.dashboard.frame import NotThere, checked_run
from odoo_etl.errors import UsageError
from odoo_etl.rejects.mending import RejectsFilter
from odoo_etl.runs import mend

if TYPE_CHECKING:
    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.rejects.mending import MendedRow, RejectsPage, RejectsTable

PAGE: Final = 50  # rows
COLUMNS: Final = 8  # that are shown where nobody chose
MOST_COLUMNS: Final = 60  # at a time
LONGEST: Final = 500  # characters of a filter
_NUMBERS: Final = 9  # digits


@dataclass(frozen=True, slots=True)
class Asked:
    """The wish that an address, or a form that was sent from there, has.

    Attributes:
        number: of the page, from 1.
        columns: the places of the columns that are shown; none where nobody chose.
    """

    wanted: RejectsFilter
    number: int = 1
    columns: tuple[int, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, str], chosen: Sequence[str]) -> Asked:
        """Read it.

        Args:
            chosen: all values of `c`: the places of columns, alone or with commas between them.
        """
        code, field, text, column = (values.get(name, "")[:LONGEST] for name in ("code", "field", "text", "column"))
        changed, new_key = (bool(values.get(name)) for name in ("changed", "new_key"))
        places = sorted({int(one) for each in chosen for one in each.split(",") if is_number(one)})
        page = values.get("page", "1")
        number = max(1, int(page)) if is_number(page) else 1
        return cls(RejectsFilter(code, field, text, column, changed, new_key), number, tuple(places[:MOST_COLUMNS]))

    @property
    def query(self) -> dict[str, str | int]:
        """The same for an address, without the page."""
        wanted = self.wanted
        known = {name: getattr(wanted, name) for name in ("code", "field", "text", "column")}
        known |= {name: "1" for name in ("changed", "new_key") if getattr(wanted, name)}
        known["c"] = ",".join(map(str, self.columns))
        return {name: value for name, value in known.items() if value}

    def shown(self, page: RejectsPage) -> list[int]:
        """The places of the columns that are shown: those that were chosen, or of the key and to be mended first."""
        if chosen := [place for place in self.columns if place < len(page.columns)]:
            return chosen
        flawed = {cell.column for row in page.rows for cell in row.cells if cell.flawed}
        urgent = [place for place, name in enumerate(page.columns) if name in page.key or name in flawed]
        rest = [place for place in range(len(page.columns)) if place not in urgent]
        return sorted([*urgent, *rest][:COLUMNS])


def asked(visit: Visit) -> Asked:
    """The wish of an address, or of a form."""
    if visit.request.method == "POST":
        return Asked.of({name: visit.text(name) for name in visit.form}, [visit.text("c")])
    return Asked.of(visit.query, visit.request.query_params.getlist("c"))


def table_of(visit: Visit) -> RejectsTable:
    """The rejects of the job and the run that an address names. Raises NotThere: there are none."""
    try:
        return mend(visit.site.workspace, checked_run(visit.path["run"]), visit.path["job"])
    except UsageError as error:
        raise NotThere(str(error)) from error


def number_of(visit: Visit) -> int:
    """The number of the row that an address names. Raises NotThere: it is none."""
    text = visit.path["number"]
    if not is_number(text):
        raise NotThere("there is no such row")
    return int(text)


def column_of(visit: Visit, row: MendedRow) -> int:
    """The place of the column that an address names. Raises NotThere: there is none."""
    text = visit.query.get("column", "")
    if not is_number(text) or int(text) >= len(row.cells):
        raise NotThere("there is no such column")
    return int(text)


def is_number(text: str) -> bool:
    """Whether a text of an address or a form is the number of a row, a page or a column."""
    return text.isascii() and text.isdigit() and len(text) <= _NUMBERS
