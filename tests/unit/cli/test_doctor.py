"""`odoo-etl doctor` through the command line, and its page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from odoo_etl.cli.main import app

PAGE = (Path(__file__).parents[3] / "docs/doctor.md").read_text("utf-8")
ROOT = Path(__file__).parents[3]
JOB = {
    "version": 1,
    "job": "partners",
    "source": {"type": "csv", "path": "../rows.csv"},
    "target": {"model": "res.partner", "external_id": "legacy.p_{ref}", "context": {"lang": "nl_BE"}},
    "fields": {"name": "name"},
}


@pytest.fixture
def doctor(tmp_path):
    """A function that runs the verb in a project on the sandbox, with a job."""
    (tmp_path / "pipelines").mkdir()

    def run(*arguments, connection="sandbox", **job):
        (tmp_path / "pipelines/project.yaml").write_text(
            f"connections: {{main: {{url: '{connection}', api_key: k}}}}\n"
        )
        (tmp_path / "pipelines/partners.yaml").write_text(yaml.safe_dump({**JOB, **job}))
        return CliRunner().invoke(app, ["doctor", *arguments, "--project", str(tmp_path)])

    return run


def test_json_has_each_check(doctor):
    """By connection."""
    target = {"model": "res.partner", "key": "ref"}
    told = doctor("--json", target=target, fields={"ref": "ref", "name": "name"})
    checks = json.loads(told.stdout)["main"]
    assert (told.exit_code, {one["ok"] for one in checks}, {one["warns"] for one in checks}) == (0, {True}, {False})


def test_files_with_secrets_that_others_may_read(doctor, tmp_path):
    """A warning, with its remedy, as `validate` notes it."""
    (tmp_path / ".env").write_text("A=1\n")
    for mode, told in ((0o644, "project  warn"), (0o600, "main")):
        (tmp_path / ".env").chmod(mode)
        done = doctor(target={"model": "res.partner", "key": "ref"}, fields={"ref": "ref", "name": "name"})
        assert (done.exit_code, done.stdout.startswith(told), "chmod 600" in done.stdout) == (0, True, mode == 0o644)


def test_every_check_is_on_the_page():
    """By the name that its line has."""
    sources = [ROOT / "odoo_etl" / name for name in ("odoo/diagnose.py", "checks/surroundings.py", "cli/doctor.py")]
    text = "".join(path.read_text("utf-8") for path in sources)
    names = set(re.findall(r'(?:Check|_asked)\(\s*"([^"]+)"', text)) | {"rights on MODEL"}
    rows = set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
    assert names == rows


def test_a_server_that_is_not_there_ends_the_checks(doctor):
    """With its remedy."""
    told = doctor(connection="http://127.0.0.1:9")
    assert told.exit_code == 5
    assert "FAIL  connects" in told.stdout
    assert told.stdout.splitlines()[-1].startswith("      → is Odoo running")
