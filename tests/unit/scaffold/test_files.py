"""The files of a new project: all of them are valid as they are."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from odoo_etl.cli.main import app
from odoo_etl.errors import SpecError, UsageError
from odoo_etl.scaffold import SECRET, NewProject, Server, files_of, write_files
from odoo_etl.spec import Choice, load_project, load_tests

DEV = Server("http://localhost:8069", "te${st", 'a "user"', "it's a \\ key$")
REAL = Server("https://erp.example.com/", "erp", "etl")
PROJECTS = {
    "defaults": NewProject(),
    "servers": NewProject(DEV, REAL, "our.partners", "github"),
    "later": NewProject(ci="gitlab"),
    "half": NewProject(DEV, ci="github"),
}


@pytest.fixture(params=PROJECTS)
def made(request, tmp_path):
    """The settings of a project, and its folder."""
    new = PROJECTS[request.param]
    write_files(tmp_path, files_of(new), SECRET)
    return new, tmp_path


def test_each_environment_is_as_it_was_said(made):
    """Whatever the texts hold; where production is to come, its variables are asked for."""
    new, folder = made
    for name, server in {"dev": new.dev, "production": new.production}.items():
        project = load_project(folder, {"ODOO_API_KEY": "k" * 8}, choice=Choice(name))
        assert project.is_production == (name == "production")
        if not server.url:
            with pytest.raises(SpecError, match=r"ODOO_URL is not set \(set it, for example in \.env\.production"):
                project.connection()
            continue
        main = project.connection()
        assert main.url == server.url.rstrip("/")
        assert main.is_sandbox or (main.db, main.user) == (server.db, server.user)
    assert load_project(folder, {"ODOO_API_KEY": "k" * 8}).environment == "dev"


def test_a_key_that_is_known_is_in_a_file_of_its_own(made):
    """Which only its owner may read, and git leaves out."""
    new, folder = made
    assert (folder / ".env").exists() == bool(new.dev.api_key)
    if new.dev.api_key:
        assert (folder / ".env").stat().st_mode & 0o777 == 0o600
        assert load_project(folder, {}).connection().api_key.get_secret_value() == new.dev.api_key
        others = [path for path in folder.rglob("*") if path.is_file() and path.name != ".env"]
        assert not any("it's a" in path.read_text() for path in others)
    assert {".env", ".env.*", "!.env.example", ".odoo_etl/"} <= set((folder / ".gitignore").read_text().splitlines())


def test_its_files_fit_the_schemas_beside_them(made):
    """Each YAML file names its schema in its first line."""
    new, folder = made
    for name in ("project", new.job):
        text = (folder / f"pipelines/{name}.yaml").read_text()
        schema = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", text.splitlines()[0])[1]
        jsonschema.validate(yaml.safe_load(text), json.loads((folder / "pipelines" / schema).read_text()))
    assert load_tests(load_project(folder, {"ODOO_API_KEY": "k"}))[0].job.name == new.job


def test_the_file_for_ci_runs_commands_that_there_are(made):
    """Each line of `odoo-etl` is one that its help knows; variables are those that the environment needs."""
    new, folder = made
    files = {"github": ".github/workflows/odoo-etl.yaml", "gitlab": ".gitlab-ci.yml"}
    assert [one for one in files.values() if (folder / one).exists()] == [files[one] for one in files if one == new.ci]
    if new.ci == "none":
        return
    text = (folder / files[new.ci]).read_text()
    parsed = yaml.safe_load(text)
    lines = re.findall(r"odoo-etl ([a-z].*)", text.replace("odoo-etl==", ""))
    assert {line.split()[0] for line in lines} == {"validate", "test", "plan"}
    for line in lines:
        shown = CliRunner().invoke(app, [line.split()[0], "--help"], terminal_width=200).output
        assert all(word in shown for word in line.split()[1:] if word.startswith("--"))
    if new.ci == "github":
        steps = parsed["jobs"]["check"]["steps"]
        asking = re.compile("odoo-etl (validate|plan)")  # both refuse a connection without its variables
        needs = [list(step.get("env", {})) for step in steps if asking.match(step.get("run", ""))]
        where = ["ODOO_API_KEY", "ODOO_URL", "ODOO_DB", "ODOO_USER"]
        dev = [] if new.dev.is_sandbox else where[:1]
        assert needs == [dev, dev, where[:1] if new.production.url else where]
    assert ("ODOO_URL != ''" in text or "&& $ODOO_URL" in text) == (not new.production.url)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"dev": Server("erp.example.com")}, "the URL of dev, 'erp.example.com': must be http"),
        ({"production": Server("http://erp.example.com")}, "would send the api_key unencrypted"),
        ({"production": Server("https://me:pw@erp.example.com")}, "must not hold a login"),
        ({"job": "../x"}, "is no name for a job"),
        ({"job": "project"}, "is no name for a job"),
        ({"ci": "jenkins"}, "one of none, github, gitlab"),
    ],
)
def test_settings_that_cannot_be(settings, told):
    """Nothing is written before they are known to be good."""
    with pytest.raises(UsageError, match=told):
        NewProject(**settings)
