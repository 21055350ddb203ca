"""Columns that a job expects something of, held against the header of its file."""

from __future__ import annotations

import pytest

from odoo_etl.checks import check_expected_columns
from odoo_etl.spec import load_project

JOB = """\
version: 1
job: partners
source: {type: csv, path: rows.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref}
expect: {source: [{unique: ref}, {not_null: [ref, nmae]}], odoo: [{sum: color, equals: {sum: total}}]}
"""


@pytest.fixture
def job(tmp_path):
    """A job whose file is not there yet."""
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    (folder / "partners.yaml").write_text(JOB)
    return load_project(tmp_path, {}).jobs["partners"]


def test_columns_that_are_lacking_have_their_place(job):
    """The nearest name is told, and all that there are."""
    (job.path.parent / "rows.csv").write_text("ref,name\na,A\n")
    lacking, total = check_expected_columns(job)
    assert (lacking.path, total.path) == ("expect.source[1]", "expect.odoo[0]")
    assert (lacking.line, "did you mean 'name'?" in lacking.message, total.hint) == (6, True, "it has ref, name")


def test_a_file_that_is_not_there_is_found_by_a_run(job):
    """A header may come later."""
    assert check_expected_columns(job) == []


def test_all_columns_are_there(job):
    """Then nothing is said."""
    (job.path.parent / "rows.csv").write_text("ref,nmae,total\n")
    assert check_expected_columns(job) == []


def test_columns_of_lines_with_a_source_of_their_own_are_there(job):
    """Under the name of their field."""
    lines = """
lines: {child_ids: {source: {type: csv, path: lines.csv}, match: {of: ref}, fields: {name: name}}}
expect: {source: [{unique: child_ids.of}, {not_null: [child_ids.nmae]}]}
"""
    (job.path.parent / "partners.yaml").write_text(JOB.rpartition("expect")[0] + lines.lstrip())
    for name, header in (("rows", "ref,name\n"), ("lines", "of,name\n")):
        (job.path.parent / f"{name}.csv").write_text(header)
    (lacking,) = check_expected_columns(load_project(job.path.parent.parent, {}).jobs["partners"])
    assert lacking.path == "expect.source[1]"
    assert "did you mean 'child_ids.name'?" in lacking.message
