"""`approve`: a person at a terminal agrees to a kept plan."""

from __future__ import annotations

import sys

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app
from odoo_etl.runs import plan
from odoo_etl.runs.kept_plans import kept_plans
from tests.unit.cli.test_run_production import JOB, PROJECT


@pytest.fixture
def project(tmp_path):
    """A project with a kept plan for production."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text(PROJECT)
    (tmp_path / "pipelines/partners.yaml").write_text(JOB)
    (tmp_path / "partners.csv").write_text("ref,name\na,A\n")
    assert plan(tmp_path, keep=True).exit_code == 0
    return tmp_path


@pytest.fixture
def approve(project, monkeypatch):
    """A function that calls `approve` on that plan; a terminal is there where something is answered."""

    def call(*line, answer=None):
        (kept,) = kept_plans(project)
        monkeypatch.setattr("odoo_etl.cli.approve._at_a_terminal", lambda: answer is not None)
        return CliRunner().invoke(app, ["approve", kept.digest[:10], *line, "--project", str(project)], input=answer)

    return call


def test_a_person_agrees(approve, project):
    """To production by its name; what the plan does was told before."""
    done = approve("--for", "2h", answer="production\n")
    (kept,) = kept_plans(project)
    assert done.exit_code == 0, done.output
    assert "is approved by " in done.stdout
    assert (kept.approval.expires - kept.approval.at).total_seconds() == pytest.approx(7200)
    for told in (
        "database sandbox, user admin, environment production",
        "planned: 1 create",
        f"odoo-etl show {kept.run_id}",
    ):
        assert told in done.stderr
    withdrawn = approve("--withdraw")
    assert ("is taken back" in withdrawn.stdout, kept_plans(project)[0].approval) == (True, None)
    assert "it was not approved" in approve("--withdraw").stdout


@pytest.mark.parametrize(
    ("line", "answer", "why"),
    [
        ([], None, "by a person at a terminal"),
        ([], "yes\n", "is not approved"),
        (["--for", "soon"], "production\n", "write it like 30m, 8h or 2d"),
        (["--for", "31d"], "production\n", "30 days at most"),
    ],
)
def test_nobody_agrees(approve, project, line, answer, why):
    """Then it is not approved, and it is said why."""
    assert why in str(approve(*line, answer=answer).exception)
    assert kept_plans(project)[0].approval is None


def test_a_plan_for_elsewhere_is_confirmed(approve, project):
    """By yes or no."""
    (project / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    kept_plans(project)[0].path.unlink()
    assert plan(project, keep=True).exit_code == 0
    assert "is not approved" in str(approve(answer="n\n").exception)
    assert approve(answer="y\n").exit_code == 0
    assert kept_plans(project)[0].approval is not None


def test_standard_input_decides(monkeypatch):
    """Whether somebody sits there."""
    from odoo_etl.cli.approve import _at_a_terminal

    monkeypatch.setattr(sys, "stdin", type("In", (), {"isatty": lambda _: True})())
    assert _at_a_terminal()
