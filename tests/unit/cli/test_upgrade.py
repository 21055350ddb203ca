"""`odoo-etl upgrade` in a shell."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose only job says no version."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n", "utf-8")
    (tmp_path / "pipelines/a.yaml").write_text("job: a\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_check_writes_nothing(project):
    """Exit code 8: there is something to do."""
    done = CliRunner().invoke(app, ["upgrade", "--check"])
    assert done.exit_code == 8
    assert "+version: 1\n" in done.stdout
    assert (project / "pipelines/a.yaml").read_text("utf-8") == "job: a\n"


def test_an_upgrade_shows_what_it_changes(project):
    """And where the former files are; then a check has nothing to say."""
    done = CliRunner().invoke(app, ["upgrade"])
    assert done.exit_code == 0
    assert "1 file is upgraded to version 1; what they were is kept in .odoo_etl/upgrades/" in done.stdout
    assert "next: odoo-etl validate" in done.stdout
    done = CliRunner().invoke(app, ["upgrade", "--check"])
    assert (done.exit_code, done.stdout) == (0, "1 file is at version 1, the newest\n")
