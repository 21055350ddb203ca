"""A project with a job of each kind of change, and its page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from odoo_etl.runs import Workspace, plan, run
from tests.dashboard import Launcher, Window, project_with_page, site_of, window

PARTNERS = {
    "version": 1,
    "job": "partners",
    "tags": ["nightly"],
    "source": {"type": "csv", "path": "../partners.csv"},
    "target": {"model": "res.partner", "key": "ref", "mode": "mirror"},
    "fields": {
        "ref": "ref",
        "name": "name",
        "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
        "comment": {"column": "remark", "type": "text", "empty": "clear"},
    },
}
TAGS = {
    "version": 1,
    "job": "tags",
    "source": {"type": "csv", "path": "../tags.csv"},
    "target": {"model": "res.partner.category", "key": "name"},
    "fields": {"name": "name"},
}


@dataclass
class Shop:
    """The project, what its page launches, and a browser of each role."""

    root: Path
    launcher: Launcher
    operator: Window
    viewer: Window

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        (self.root / name).write_text(text, encoding="utf-8")

    def load(self) -> str:
        """Two partners are there, by a run; its id."""
        self.write("partners.csv", "ref,name,country,remark\nC-1,Azure,DE,Calls on Mondays\nC-2,Deco,FR,\n")
        return run(Workspace(self.root), "partners").run_id

    def change(self) -> None:
        """One of them changes, one vanishes, one comes."""
        self.write("partners.csv", "ref,name,country,remark\nC-1,Azure,AT,Calls on Fridays\nC-3,<b>New</b>,FR,\n")

    def plan(self, *jobs: str) -> str:
        """A plan that is kept; the id of its run."""
        return plan(Workspace(self.root), jobs, keep=True, show=0).run_id


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Nothing is loaded yet."""
    root = project_with_page(tmp_path, {"partners": PARTNERS, "tags": TAGS})
    (root / "tags.csv").write_text("name\nGold\n", encoding="utf-8")
    launcher = Launcher()
    site = site_of(root, launch=launcher)
    return Shop(root, launcher, window(site, "operator"), window(site, "viewer"))
