"""The examples of docs/testing-jobs.md are what the program takes and says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs/testing-jobs.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
JOB, TESTS = [text for kind, text in BLOCKS if kind == "yaml"]
RUN, FAILED, *_ = [text for kind, text in BLOCKS if not kind]


@pytest.fixture
def test(tmp_path):
    """A function that runs the verb in a project with this job."""

    def run(job: str = JOB, tests: str = "") -> tuple[int, str]:
        (tmp_path / "pipelines/tests").mkdir(parents=True)
        (tmp_path / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n")
        (tmp_path / "pipelines/partners.yaml").write_text(job)
        if tests:
            (tmp_path / "pipelines/tests/partners.yaml").write_text(tests)
        done = CliRunner().invoke(app, ["test", "--project", str(tmp_path)])
        return done.exit_code, done.stdout.replace(f"{tmp_path}/", "")

    return run


def test_the_job_passes_its_tests(test):
    """With the output that the page shows."""
    assert test() == (0, RUN.partition("\n")[2])


def test_our_own_jobs_pass_their_tests():
    """Those of `pipelines/`, which show how it is done."""
    done = CliRunner().invoke(app, ["test", "--project", str(ROOT)])
    assert done.exit_code == 0, done.stdout


def test_tests_in_a_file_of_their_own(test):
    """Beside those of the job."""
    code, told = test(tests=TESTS)
    assert (code, told.splitlines()[-1]) == (0, "3 tests: 3 passed, 0 failed")


def test_a_difference_is_told_as_the_page_shows(test):
    """Another name is expected than the one that comes."""
    code, told = test(JOB.replace("name: Anna, is_company", "name: Ann, is_company"))
    assert code == 1
    assert told.startswith(FAILED)
