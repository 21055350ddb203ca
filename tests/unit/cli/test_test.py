"""`odoo-etl test` through the command line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app
from odoo_etl.errors import UsageError

JOB = """version: 1
job: {name}
tags: [{name}s]
source: {{type: csv, path: x.csv}}
target: {{model: res.partner, key: ref}}
fields: {{ref: no, name: name}}
"""
TEST = """unit_tests:
  - name: {name}
    given: [{{no: A, name: B}}]
    expect: {{records: [{{ref: A, name: {came}}}]}}
"""


@pytest.fixture
def test(tmp_path):
    """A function that runs the verb on three jobs, of which the last has no test; nobody knows where their Odoo is."""
    folder = tmp_path / "pipelines"
    (folder / "tests").mkdir(parents=True)
    (folder / "project.yaml").write_text("connections: {main: {url: '${NO_SUCH_VARIABLE}'}}\n")
    for name in ("good", "bad", "none"):
        (folder / f"{name}.yaml").write_text(JOB.format(name=name))
    with (folder / "good.yaml").open("a") as file:
        file.write(TEST.format(name="one", came="B"))
    beside = "version: 1\njob: bad\n" + TEST.format(name="two", came="C")
    (folder / "tests/bad.yaml").write_text(beside)
    return lambda *arguments: CliRunner().invoke(app, ["test", "--project", str(tmp_path), *arguments])


def test_each_test_is_a_line(test):
    """With the differences below it; the exit code says whether all passed."""
    done = test()
    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert (lines[0], lines[2:]) == ("FAIL  bad: two", ["ok    good: one", "2 tests: 1 passed, 1 failed"])
    assert lines[1].endswith('tests/bad.yaml:6:33: unit_tests[0].expect.records[0].name: expected "C", came "B"')


def test_jobs_are_selected(test):
    """As for every verb."""
    done = test("tag:goods")
    assert (done.exit_code, done.stdout) == (0, "ok    good: one\n1 test: 1 passed, 0 failed\n")


def test_without_a_test_nothing_is_said_to_pass(test):
    """A job whose tests nobody wrote is not tested."""
    assert isinstance(test("none").exception, UsageError)


def test_a_test_that_cannot_be_run(test, tmp_path):
    """The exit code tells it from one that fails."""
    path = tmp_path / "pipelines/tests/bad.yaml"
    path.write_text(path.read_text().replace("name: C", "nme: C"))
    done = test("bad")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (2, "ERROR bad: two")


def test_results_for_ci_servers(test, tmp_path):
    """In a folder that may have to be made."""
    done = test("--junit", str(tmp_path / "out/tests.xml"))
    assert done.exit_code == 1
    assert (tmp_path / "out/tests.xml").read_text("utf-8").count("<testcase") == 2
    assert isinstance(test("--junit", str(tmp_path)).exception, UsageError)
