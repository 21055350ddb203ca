"""`odoo-etl guess` on the command line."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app


@pytest.fixture
def root(tmp_path):
    """A project on the sandbox with a table."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    (tmp_path / "t.csv").write_text("Nr;Name\n1;Anna\n2;Bert\n")
    return tmp_path


def test_a_document_for_programs(root):
    """Everything that is known."""
    done = CliRunner().invoke(
        app, ["guess", str(root / "t.csv"), "--model", "res.partner", "--project", str(root), "--json"]
    )
    found = json.loads(done.stdout)
    assert (done.exit_code, found["job"]) == (0, "t")
    assert [one["path"] for one in found["guess"]["proposals"]] == ["ref", "name"]


def test_nothing_that_fits_is_an_exit_code(root):
    """2, as for bad usage: no job was written."""
    (root / "t.csv").write_text("zzz;qqq\n?;!\n%;&\n")
    done = CliRunner().invoke(app, ["guess", str(root / "t.csv"), "--model", "res.country", "--project", str(root)])
    assert (done.exit_code, "Nothing was written" in done.stdout) == (2, True)
