"""`odoo-etl metrics` in a shell."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app


@pytest.fixture
def project(tmp_path):
    """A project that nothing was run of."""
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    return tmp_path


def test_the_measures_are_printed(project):
    """Nothing else is on stdout."""
    done = CliRunner().invoke(app, ["metrics", "--project", str(project)])
    assert (done.exit_code, done.stdout.startswith("# HELP odoo_etl_build_info ")) == (0, True)
    assert "odoo_etl_ledger_size_bytes " in done.stdout


def test_they_may_go_into_a_file(project):
    """In one step; where that cannot be, it says why."""
    done = CliRunner().invoke(app, ["metrics", "--project", str(project), "--out", str(project / "new/etl.prom")])
    assert (done.exit_code, done.stdout) == (0, "")
    assert (project / "new/etl.prom").read_text().startswith("# HELP odoo_etl_build_info ")
    failed = CliRunner().invoke(app, ["metrics", "--project", str(project), "--out", str(project / "new")])
    assert failed.exit_code != 0
    assert "it cannot be written" in str(failed.exception)
