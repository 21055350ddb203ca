"""Runs that a ledger knows, and a project whose jobs can be run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from odoo_etl.observers import NoObserver
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import load_project


def ran(ledger, run, code, command="run", parent="", *, wrote=True):
    """A run that ended, and whether it had begun a job and written."""
    ledger.start_run(run, command, parent)
    if wrote:
        job = ledger.start_job(run, "partners", "res.partner", "db", "spec")
        job.done(job.sent(0, "create"), [1])
    if code is not None:
        ledger.finish_run(run, code)


@dataclass(frozen=True)
class Shop:
    """A project on the sandbox: firms, then their people, who look their firm up."""

    root: Path

    def write(self, name, text):
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def job(self, name, **fields):
        """Write a job on partners, whose rows are in a file of its own name."""
        target = {"model": "res.partner", "key": "ref"}
        known = {"ref": "ref", "name": "name", **fields}
        source = {"type": "csv", "path": f"../{name}.csv"}
        spec = {"version": 1, "job": name, "source": source, "target": target, "fields": known}
        self.write(f"pipelines/{name}.yaml", yaml.safe_dump(spec))

    @property
    def project(self):
        """Its files, read."""
        return load_project(self.root, {})

    def use(self, observer=None, *, success=False):
        """The project as a program uses it."""
        return Workspace(self.root, environ={}, observer=observer or NoObserver(), success=success)


@pytest.fixture
def shop(tmp_path):
    """Nothing was run yet."""
    made = Shop(tmp_path)
    made.write("pipelines/project.yaml", "connections: {main: {url: sandbox}}\n")
    made.job("firms")
    made.job("people", parent_id={"column": "firm", "lookup": {"model": "res.partner", "by": "ref"}})
    made.write("firms.csv", "ref,name\nf,Firm\n")
    made.write("people.csv", "ref,name,firm\np,Person,f\nq,Nobody's,none\n")
    return made
