"""Projects with tests of jobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.jobtests import run_tests
from odoo_etl.spec import load_project, load_tests

HEAD = """version: 1
job: partners
source: {source}
target: {target}
fields:
{fields}{more}unit_tests:
"""


PARTNER = "ref: no\nname: {column: name, transform: strip, required: true}\n"


@pytest.fixture
def tested(tmp_path):
    """A function that runs the tests of a job, and gives the results."""

    def run(
        tests: str,
        *,
        fields: str = "",
        source: str = "{type: csv, path: x.csv}",
        target: str = "{model: res.partner, key: ref}",
        own: str = PARTNER,
        more: str = "",
    ):
        folder = tmp_path / "pipelines"
        folder.mkdir(exist_ok=True)
        (folder / "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
        mapped = indented(own + fields.lstrip("\n"), 2)
        text = HEAD.format(source=source, target=target, fields=mapped, more=more.lstrip("\n")) + indented(tests, 2)
        (folder / "partners.yaml").write_text(text, "utf-8")
        project = load_project(tmp_path, {})
        return list(run_tests(load_tests(project), project.schema_dir))

    return run


@pytest.fixture
def told(tested, tmp_path):
    """A function that runs the tests of a job, and gives what is told of them, by line and key."""

    def run(tests: str, **parts: str):
        results = tested(tests, **parts)
        return [
            (one.path.removeprefix("unit_tests[0]."), one.message)
            for result in results
            for one in (*result.faults, *result.failures)
        ]

    return run


def indented(text: str, by: int) -> str:
    """The lines of a text further to the right."""
    return "".join(f"{' ' * by}{line}\n" for line in text.strip("\n").splitlines())


def schema_of(tmp_path: Path) -> Path:
    """The folder of snapshots of the project."""
    return tmp_path / "pipelines" / "schema"
