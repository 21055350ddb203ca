"""Rejects files as runs leave them."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.mending import RejectsTable
from odoo_etl.rejects.writer import RejectsFile
from odoo_etl.results import RejectedRow

COLUMNS = ("no", "name", "country")
FORM = RejectsForm(columns={"ref": ("no",), "name": ("name",), "country_id": ("country",)}, key=("no",))
MISSING = ("country_id", "lookup", "lookup_missing", "no res.country has code = 'XX'")
NO_NUMBER = ("name, country_id", "map", "bad_value", "no name; no country")


def left_by_a_run(folder: Path, rows, form=FORM, columns=COLUMNS, flaws=MISSING) -> RejectsTable:
    """The table of rows that a run rejected."""
    file = RejectsFile(folder / "rejects/customers.csv", columns, form)
    for line, row in enumerate(rows, 2):
        flaw = flaws[line % len(flaws)] if isinstance(flaws, list) else flaws
        file.write(RejectedRow(line, "", tuple(row), *flaw))
    file.close()
    path = file.as_workbook() if form.as_workbook else file.path
    return table(path, form)


def table(path: Path, form=FORM) -> RejectsTable:
    """The table of a file, whose clock stands still."""
    return RejectsTable(path, form, now=lambda: datetime(2026, 11, 30, 7, tzinfo=UTC))


def lines(path: Path, encoding="utf-8-sig", delimiter=",") -> list[list[str]]:
    """The file as a person sees it, without its header."""
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))[1:]


def set_cell(known: RejectsTable, number: int, column: str, text: str, by="anna"):
    """Change a cell of a row as it is now."""
    return known.change(number, known.row(number).version, {column: text}, by)
