"""Tests of jobs as they are written: in the job's file, and in a folder beside it."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import load_project, load_tests
from tests.unit.spec.conftest import job_text

ONE = "{given: [{customer_no: A}], expect: {records: []}}"


@pytest.fixture
def with_tests(make_project):
    """A function that writes a project with files in `tests/`."""

    def make(extra="", env=None, **files):
        root = make_project(partners=job_text(extra=extra), others=job_text("others"))
        (root / "pipelines/tests").mkdir()
        for name, text in files.items():
            (root / f"pipelines/tests/{name}.yaml").write_text(text)
        return load_project(root, env or {})

    return make


def test_tests_of_both_places(with_tests):
    """In the order of the jobs; a file of tests is no job."""
    project = with_tests(
        f"unit_tests: [{ONE}]\n",
        partners=f"version: 1\njob: partners\nunit_tests: [{ONE}, {ONE}]\n",
        a=f"version: 1\njob: others\nunit_tests: [{{name: x, {ONE[1:]}]\n",
    )
    assert list(project.jobs) == ["others", "partners"]
    found = load_tests(project)
    assert [(test.job.name, test.name) for test in found] == [
        ("others", "x"),
        ("partners", "test 1"),
        ("partners", "test 1"),
        ("partners", "test 2"),
    ]
    assert [test.problem(("expect",), "no").file.rpartition("pipelines/")[2] for test in found] == [
        "tests/a.yaml",
        "partners.yaml",
        "tests/partners.yaml",
        "tests/partners.yaml",
    ]


def test_variables_are_filled_in(with_tests):
    """As in jobs."""
    text = "version: 1\njob: partners\nunit_tests: [{given: [{customer_no: '${NO}'}], expect: {records: []}}]\n"
    assert load_tests(with_tests(p=text, env={"NO": "7"}))[0].spec.given == ({"customer_no": "7"},)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"version: 1\njob: partner\nunit_tests: [{ONE}]\n", "there is no job `partner` (did you mean `partners`?)"),
        (f"version: 1\njob: partners\nunit_test: [{ONE}]\n", "unknown key (did you mean `unit_tests`?)"),
        ("version: 1\njob: partners\nunit_tests: []\n", "at least 1 item"),
        ("a: [\n", ""),
        (f"version: 1\njob: '${{NO}}'\nunit_tests: [{ONE}]\n", "NO"),
    ],
)
def test_files_that_are_wrong(with_tests, text, words):
    """Each problem has its place."""
    with pytest.raises(SpecError) as caught:
        load_tests(with_tests(p=text))
    assert any(words in str(problem) and problem.line for problem in caught.value.problems)
