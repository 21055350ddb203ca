"""`odoo-etl inspect` through the command line."""

import json

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app


@pytest.fixture
def inspect(tmp_path):
    """A function that runs the verb in a project on the embedded sandbox."""
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    return lambda *arguments: CliRunner().invoke(app, ["inspect", *arguments, "--project", str(tmp_path)])


def test_text_and_json_say_the_same(inspect):
    """The fields that were picked, out of all."""
    told = inspect("res.partner", "--fields", "lang,state*")
    found = json.loads(inspect("res.partner", "--search", "LANGUAGE", "--json").stdout)
    assert told.exit_code == 0, told.output
    assert 'lang      selection, "Language", computed' in told.stdout
    assert "    values: en_US (English (US)), fr_FR" in told.stdout
    assert [one["name"] for one in found["fields"]] == ["lang"]
    assert found["fields"][0]["selection"][0] == ["en_US", "English (US)"]
    assert (found["model"], found["key"], found["every"] > 1) == ("res.partner", None, True)


def test_a_key_has_fields_with_commas_or_one_by_one(inspect):
    """Both are the same key."""
    first = json.loads(inspect("res.country.state", "--key", "country_id,code", "--json").stdout)["key"]
    second = json.loads(inspect("res.country.state", "--key", "country_id", "--key", "code", "--json").stdout)["key"]
    assert first == second
    assert (first["fields"], first["repeated"], first["records"] > 0) == (["country_id", "code"], 0, True)
