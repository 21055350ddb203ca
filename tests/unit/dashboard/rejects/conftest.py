"""A run with rejects, and browsers of both roles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from odoo_etl.rejects.mending import RejectsTable
from odoo_etl.runs import Workspace, mend, run
from tests.dashboard import Launcher, Window, project_with_page, site_of, window

CUSTOMERS = {
    "version": 1,
    "job": "customers",
    "source": {"type": "csv", "path": "../customers.csv"},
    "target": {"model": "res.partner", "key": "ref"},
    "fields": {
        "ref": "no",
        "name": {"column": "name", "required": True},
        "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
    },
}
ROWS = "no;name;country\n00017;Anna;BE\n00018;<b>Zoë</b>;XX\n00019;;BE\n00020;Carl;XX\n"


@dataclass
class Mending:
    """The run, what its page launches, and a browser of each role."""

    root: Path
    run_id: str
    launcher: Launcher
    operator: Window
    viewer: Window

    @property
    def base(self) -> str:
        """The address of its rejects."""
        return f"/runs/{self.run_id}/rejects/customers"

    @property
    def table(self) -> RejectsTable:
        """Its rejects, for a program."""
        return mend(Workspace(self.root, environ={}), self.run_id, "customers")

    def number(self, name: str) -> int:
        """The number of the row of that name."""
        return next(row.number for row in self.table.page().rows if name in row.cells[1].text)

    def send(self, path: str, **fields: str):
        """Send a form as the operator."""
        return self.operator.post(self.base + path, **fields)

    def change(self, name: str, column: int, text: str, **fields: str):
        """Change a cell of a row, by its page."""
        number = self.number(name)
        sent = {"version": self.table.row(number).version, f"cell-{column}": text, **fields}
        return self.send(f"/rows/{number}", **sent)


@pytest.fixture
def mending(tmp_path) -> Mending:
    """Three of four rows were rejected."""
    return run_of(tmp_path, ROWS)


def run_of(root: Path, rows: str, **settings) -> Mending:
    """A run of these rows."""
    project_with_page(root, {"customers": CUSTOMERS}, **settings)
    (root / "customers.csv").write_text(rows, encoding="utf-8")
    done = run(Workspace(root, environ={}, approved=True))
    launcher = Launcher()
    site = site_of(root, launch=launcher)
    return Mending(root, done.run_id, launcher, window(site, "operator"), window(site, "viewer"))


def query(**values: str) -> str:
    """The part of an address behind its path."""
    return "?" + "&".join(f"{name}={quote(value)}" for name, value in values.items())
