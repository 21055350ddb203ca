"""Verbs that write ask before they write to production."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app
from odoo_etl.runs import NotApproved

PROJECT = """
connections: {main: {url: sandbox}}
environments: {production: {production: true}}
default_environment: production
"""
JOB = """
version: 1
job: partners
source: {type: csv, path: ../partners.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref, name: name}
"""


@pytest.fixture
def told(tmp_path):
    """A function that calls the program, without a terminal, in a project whose default is production."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text(PROJECT)
    (tmp_path / "pipelines/partners.yaml").write_text(JOB)
    (tmp_path / "partners.csv").write_text("ref,name\na,A\n")
    return lambda *line: CliRunner().invoke(app, [*line, "--project", str(tmp_path)])


@pytest.mark.parametrize(
    "line", [["run"], ["undo", "last"], ["call", "res.partner", "create", '{"name": "x"}'], ["call", "m", "any_method"]]
)
def test_without_a_terminal_they_refuse(told, line):
    """`--yes` is how a schedule agrees."""
    if line[0] == "undo":
        assert told("run", "--yes").exit_code == 0
        refused = told(*line).exception
        assert "undo writes to Odoo: give --yes" in str(refused)
    else:
        refused = told(*line).exception
        assert isinstance(refused, NotApproved)
    assert refused.exit_code == 2


def test_with_yes_they_write_and_name_production(told):
    """What only reads needs no yes."""
    assert told("plan").exit_code == 0
    done = told("run", "-y")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("main: production, SANDBOX, ")
    assert told("call", "res.partner", "search_count", "[]").exit_code == 0
    assert told("call", "res.partner", "create", '[{"name": "x"}]', "--yes").exit_code == 0
    assert told("undo", "last", "--yes").exit_code == 0


def test_validate_tells_of_secrets_that_others_may_read(told, tmp_path):
    """It is no reason to fail."""
    (tmp_path / ".env").write_text("KEY=x\n")
    (tmp_path / ".env").chmod(0o644)
    checked = told("validate")
    assert checked.exit_code == 0, checked.output
    assert "note: " in checked.output
    assert ".env: others than its owner may read it (mode 644) (chmod 600" in checked.output
