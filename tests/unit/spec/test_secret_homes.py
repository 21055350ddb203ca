"""The file in which a secret stands, and how another one takes its place."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.spec import Choice, load_project
from odoo_etl.spec.secret_homes import SecretHome, secret_home

OLD, NEW = "0123456789abcdef", "fedcba9876543210"


@pytest.mark.parametrize(
    "text",
    [
        "KEY={}",
        "KEY={}\n",
        "export KEY={}\r\nOTHER=1\r\n",
        "# KEY=x\n\n  KEY = '{}'  # of the bot\nLAST=2\n",
        'KEY="{}"\n',
        "KEY=earlier\nKEY={}\n",
        "\ufeffKEY=a\nKEY={}\n",
        "\ufeffKEY={}\n",
    ],
)
def test_only_the_secret_changes(tmp_path, text):
    """Quotes, comments, ends of lines, other variables stay; of a variable that is set twice, the last one counts."""
    path = tmp_path / ".env"
    path.write_bytes(text.format(OLD).encode())
    SecretHome(path, "KEY").put(OLD, NEW)
    assert path.read_bytes() == text.format(NEW).encode()


@pytest.mark.parametrize(
    ("variable", "text"), [("KEY", "KEY=other\n"), ("KEY", "OTHER=0123456789abcdef\n"), ("", "other\n")]
)
def test_what_has_changed_meanwhile_is_left_alone(tmp_path, variable, text):
    """Somebody else has replaced it."""
    path = tmp_path / "file"
    path.write_text(text)
    with pytest.raises(UsageError, match="has changed meanwhile"):
        SecretHome(path, variable).put(OLD, NEW)
    assert path.read_text() == text
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@pytest.fixture
def project(tmp_path):
    """Writes a project with an environment, and reads it."""

    def write(key, env="", **files):
        (tmp_path / "pipelines").mkdir(exist_ok=True)
        (tmp_path / "pipelines/project.yaml").write_text(
            f"connections: {{main: {{url: 'https://x.invalid', db: x, api_key: '{key}'}}}}\n"
            "environments: {test: {connections: {main: {db: y}}}}\n"
        )
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text)
        return load_project(tmp_path, {}, with_jobs=False, choice=Choice(environment=env))

    return write


def test_the_file_of_the_environment_wins(project):
    """As it does where the project is read."""
    known = project("${KEY}", "test", _env=f"KEY={OLD}\n", _env_test=f"KEY={NEW}\n")
    home = secret_home(known, "main", "api_key", {})
    assert (home.path.name, home.variable) == (".env.test", "KEY")
    assert known.connection("main").api_key.get_secret_value() == NEW


def test_a_default_is_no_home(project):
    """It stands in project.yaml."""
    known = project("${KEY:-abcdef}", _env="OTHER=1\n")
    with pytest.raises(UsageError, match="KEY is set nowhere"):
        secret_home(known, "main", "api_key", {})


def test_a_connection_without_it_has_nothing_to_replace(project):
    """Another one of the file does not count."""
    with pytest.raises(UsageError, match="has no `password`"):
        secret_home(project("${KEY}", _env=f"KEY={OLD}\n"), "main", "password", {})
