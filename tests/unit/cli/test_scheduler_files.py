"""`schedule --systemd` and the like: where the files go, and what is said of them."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app

PROJECT = """
connections: {main: {url: sandbox, password: "${ODOO_PASSWORD:-x}"}}
variables: {folder: ..}
environments: {production: {production: true}}
"""
JOB = """
version: 1
job: partners
schedule: {cron: "0 4 * * *", timezone: Europe/Brussels, retries: 0, catch_up: none}
source: {type: csv, path: "${folder}/partners.csv"}
target: {model: res.partner, key: ref}
fields: {ref: ref, name: name}
"""
THERE = ("--program", "/opt/odoo-etl", "--folder", "/opt/shop", "--user", "etl")


@pytest.fixture
def told(tmp_path):
    """A function that calls `schedule` in a project."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text(PROJECT)
    (tmp_path / "pipelines/partners.yaml").write_text(JOB)
    return lambda *line: CliRunner().invoke(app, ["schedule", *line, "--project", str(tmp_path)])


@pytest.mark.parametrize(
    ("platform", "first"),
    [
        ("systemd", "==> odoo-etl-shop-partners.service <=="),
        ("cron", "# odoo-etl of /opt/shop: begin"),
        ("k8s", "# The schedule partners: 0 4 * * *, Europe/Brussels."),
        ("github", "# .github/workflows/odoo-etl-shop-partners.yaml of the repository with your pipelines/"),
        (
            "airflow",
            '"""Airflow 3: the schedules of a project of odoo-etl, as `odoo-etl schedule --airflow` wrote them.',
        ),
    ],
)
def test_they_are_printed(told, platform, first):
    """Of each platform, with the variables of the process that its files name; notes go to stderr."""
    done = told(f"--{platform}", *THERE)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, first), done.output
    assert "ODOO_PASSWORD" in done.stdout
    assert "ODOO_PASSWORD, " not in done.stdout  # `folder` is of project.yaml
    assert "run --project=/opt/shop partners" in done.stdout or platform in {"k8s", "github", "airflow"}


def test_they_are_stored(told, tmp_path):
    """Once; the same files again are no others; what somebody changed stays as it is."""
    out = tmp_path / "a/b"
    first, again = told("--systemd", "--out", str(out), *THERE), told("--systemd", "--out", str(out), *THERE)
    assert (first.exit_code, again.exit_code, again.stdout) == (0, 0, first.stdout)
    assert f"written: {out}/odoo-etl-shop-partners.timer\n" in first.stdout
    assert "next: sudo systemctl enable --now odoo-etl-shop-partners.timer\n" in first.stdout
    (out / "odoo-etl-shop-partners.timer").write_text("mine")
    refused = told("--systemd", "--out", str(out), *THERE)
    assert (refused.stdout, (out / "odoo-etl-shop-partners.timer").read_text()) == ("", "mine")
    assert "odoo-etl-shop-partners.timer" in str(refused.exception)


def test_production_is_agreed_to(told):
    """By whoever installs the file."""
    assert (
        "--env=production run --project=/opt/shop --yes partners"
        in told("--cron", "--env", "production", *THERE).stdout
    )


def test_notes_go_to_stderr(told, tmp_path):
    """Also where nothing can be written."""
    (tmp_path / "pipelines/partners.yaml").write_text(JOB.replace('"0 4 * * *"', '"0 4 LW * *"'))
    done = told("--airflow")
    assert (done.exit_code, done.stdout) == (1, "")  # as CliRunner has errors
    assert "note: partners: no cron of Airflow can say `0 4 LW * *`: it is left out\n" in done.stderr
    assert "no schedule can be written for airflow" in str(done.exception)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (["--systemd", "--cron"], "one of them at a time"),
        (["--pause", "partners", "--k8s"], "one of them at a time"),
        (["--out", "x"], "are for files"),
        (["--user", "x"], "are for files"),
    ],
)
def test_what_does_not_go_together(told, line, why):
    """Is said before anything is done."""
    assert why in str(told(*line).exception)


def test_without_a_schedule(told, tmp_path):
    """It says how one is made."""
    (tmp_path / "pipelines/partners.yaml").write_text("\n".join(x for x in JOB.splitlines() if "schedule" not in x))
    assert "add `schedule:" in str(told("--systemd").exception)
