"""`.env` and `.env.<environment>` in the root of a project."""

from __future__ import annotations

import os

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import Choice, load_project, open_to_others
from odoo_etl.text import secrets_in_use

PROJECT = """
connections: {main: {url: "${URL}", db: "${DB:-d}", api_key: "${KEY}"}}
environments: {dev: {}, production: {}}
"""


@pytest.fixture
def write(make_project):
    """A function that writes files into the root of a project, by their names without `.env`."""
    root = make_project(project=PROJECT)

    def written(**files):
        for name, text in files.items():
            (root / f".env{name.replace('_', '.')}").write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return written


def test_its_variables_are_those_of_references(write):
    """The process wins over both files, and that of the environment over the other."""
    root = write(_dev="DB=mine\n")
    (root / ".env").write_text(
        '# of this machine\nURL=https://a.example.com\nexport KEY="geheimnis 1"\nDB=a # our own\n'
    )
    plain, dev = load_project(root, {}), load_project(root, {"URL": "https://b.example.com"}, choice=Choice("dev"))
    assert [(one.connection().url, one.connection().db) for one in (plain, dev)] == [
        ("https://a.example.com", "a"),
        ("https://b.example.com", "mine"),
    ]
    assert plain.connection().api_key.get_secret_value() == "geheimnis 1"


def test_its_secrets_are_secrets_and_stay_out_of_the_process(write):
    """They are redacted, and no program that is started gets them."""
    root = write()
    (root / ".env").write_text("URL=https://a.example.com\nKEY=dotenv-geheim\n")
    project = load_project(root, {})
    assert "dotenv-geheim" in project.secrets() & secrets_in_use()
    assert "dotenv-geheim" not in repr(project)
    assert "KEY" not in os.environ


def test_values_are_taken_as_they_stand(write):
    """A password may hold what looks like a reference."""
    root = write()
    (root / ".env").write_text("URL=sandbox\nDB='${KEY}'\n")
    assert load_project(root, {}).variables.fill("${DB}") == ("${KEY}", [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A=1\nB\n", ".env:2:1: this line sets no variable (write NAME=value"),
        ("=1\n", ".env:1:1: this line"),
        ("A='1\n", ".env:1:1: this line"),
        (b"A=\xff\n", ".env: cannot be read: it is not UTF-8 text"),
    ],
)
def test_lines_that_are_wrong(write, text, told):
    """They are told with their place, and without their value."""
    root = write()
    (root / ".env").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SpecError) as caught:
        load_project(root, {})
    (problem,) = caught.value.problems
    assert told in str(problem)


def test_it_may_name_the_environment(write):
    """As a variable of the process does, which wins."""
    root = write()
    (root / ".env").write_text("URL=sandbox\nODOO_ETL_ENV=dev\n")
    assert load_project(root, {}).environment == "dev"
    assert load_project(root, {"ODOO_ETL_ENV": "production"}).environment == "production"


def test_files_that_others_may_read_are_told(write):
    """With what to do."""
    root = write(_dev="", _production="")
    (root / ".env").write_text("")
    for name, mode in {".env": 0o644, ".env.dev": 0o600, ".env.production": 0o640}.items():
        (root / name).chmod(mode)
    assert [str(one).rpartition("/")[2] for one in open_to_others(root, "dev")] == [".env)"]
    assert "others than its owner may read it (mode 644)" in str(open_to_others(root)[0])
    assert len(open_to_others(root, "production")) == 2
