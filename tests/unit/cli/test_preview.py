"""`odoo-etl preview` through the command line."""

import json

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app

JOB = """\
version: 1
job: partners
source: {type: csv, path: ../rows.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref, name: {column: name, required: true}}
"""


@pytest.fixture
def preview(tmp_path):
    """A function that runs the verb in a project with one job."""
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    (folder / "partners.yaml").write_text(JOB)
    (tmp_path / "rows.csv").write_text("ref,name\na,A\nb,\nc,C\n")
    return lambda *arguments: CliRunner().invoke(app, ["preview", *arguments, "--project", str(tmp_path)])


def test_text_and_json_say_the_same(preview):
    """Exit code 3 where a row would be rejected, as after a plan."""
    told = preview("partners", "-n", "2")
    found = json.loads(preview("partners", "--json").stdout)
    assert told.exit_code == 3, told.output
    assert told.stdout.splitlines()[-1] == "1 to create, 1 rejected; nothing was written"
    assert [one["fate"] for one in found["records"]] == ["create", "reject", "create"]
    assert found["records"][1]["fields"][1]["flaws"][0]["code"] == "required"


def test_rows_are_picked(preview):
    """By line, key or expression."""
    for options in (["--row", "4"], ["--key", "c"], ["--where", "name == 'C'"]):
        told = preview("partners", *options)
        assert (told.exit_code, "+ line 4: c would be created" in told.stdout) == (0, True), options


def test_an_error_goes_to_stderr(preview):
    """A wrong name, with its exit code."""
    told = preview("partner")
    assert (told.exit_code, told.stdout) == (1, "")  # the runner has no main() that maps the error to 2
    assert "partner" in str(told.exception)
