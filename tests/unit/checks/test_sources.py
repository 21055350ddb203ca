"""Files and columns that a job needs, held against what is there."""

from __future__ import annotations

import pytest

from odoo_etl.checks.sources import check_sources
from odoo_etl.spec import load_project

JOB = """\
version: 1
job: partners
source: {type: csv, path: rows.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref}
"""
EXPECT = "expect: {source: [{unique: ref}, {not_null: [ref, nmae]}], odoo: [{sum: color, equals: {sum: total}}]}\n"


@pytest.fixture
def checked(tmp_path):
    """A function that checks a job with these files beside it: (line, path) to the message, and of warnings."""
    folder = tmp_path / "pipelines"
    folder.mkdir()

    def check(job, project="", **files):
        (folder / "project.yaml").write_text("connections: {main: {url: sandbox}}\n" + project)
        (folder / "partners.yaml").write_text(job)
        for name, content in files.items():
            (folder / f"{name}.csv").write_text(content)
        loaded = load_project(tmp_path, {})
        report = check_sources(loaded.jobs["partners"], loaded)
        assert all(one.column for one in (*report.problems, *report.warnings))
        told = [{(one.line, one.path): one.message for one in some} for some in (report.problems, report.warnings)]
        return told[0], told[1]

    return check


def test_columns_that_are_lacking_have_their_place(checked):
    """The nearest name is told, and all that there are."""
    problems, warnings = checked(JOB + EXPECT, rows="ref,name\na,A\n")
    assert (list(problems), warnings) == ([(6, "expect.source[1]"), (6, "expect.odoo[0]")], {})
    told = problems[6, "expect.source[1]"]
    assert "'nmae' (for expect.source[1]; did you mean 'name'?); it has ref, name" in told


def test_all_is_there(checked):
    """Then nothing is said."""
    assert checked(JOB + EXPECT, rows="ref,nmae,total\n") == ({}, {})


def test_each_way_to_name_a_column_has_its_place(checked):
    """A fault is where somebody mends it."""
    fields = """\
fields:
  ref: ref
  name: {column: nmae}
  country_id: {columns: [ref, kountry], lookup: {model: res.country, by: [code, name]}}
  comment: {expr: "ref ~ remark"}
  color: {column: ref, translations: {fr_FR: farbe}}
"""
    job = JOB.replace("fields: {ref: ref}\n", fields).replace("key: ref", "key: ref, external_id: 'x.{number}'")
    job = job.replace(", key: ref", "")
    problems, _ = checked(job, rows="ref\n")
    assert set(problems) == {
        (7, "fields.name.column"),
        (8, "fields.country_id.columns[1]"),
        (9, "fields.comment.expr"),
        (10, "fields.color.translations.fr_FR"),
        (4, "target.external_id"),
    }


def test_columns_of_lines_with_a_source_of_their_own(checked):
    """Under the name of their field; the match has a place, too."""
    lines = "lines: {child_ids: {source: {type: csv, path: lines.csv}, match: {off: ref}, fields: {name: nmae}}}\n"
    problems, _ = checked(JOB + lines, rows="ref,name\n", lines="of,name\n")
    assert set(problems) == {(6, "lines.child_ids.fields.name"), (6, "lines.child_ids.match.off")}
    assert "did you mean 'child_ids.name'?" in problems[6, "lines.child_ids.fields.name"]


def test_a_file_that_is_not_there(checked):
    """A run would fail; the place is that of the path, in lines as well."""
    lines = "lines: {child_ids: {source: {type: csv, path: lines.csv}, match: {of: ref}, fields: {name: name}}}\n"
    problems, warnings = checked(JOB + lines)
    assert (set(problems), warnings) == ({(3, "source.path"), (6, "lines.child_ids.source.path")}, {})
    assert "no such file" in problems[3, "source.path"]


@pytest.mark.parametrize(
    ("old", "new", "project"),
    [
        ("rows.csv", "'*.csv'", ""),
        ("path: rows.csv", "path: rows.csv, only_new: true", ""),
        ("fields:", "before: [{command: [./fetch]}]\nfields:", ""),
        ("", "", "before: [{command: [./fetch]}]\n"),
    ],
)
def test_a_file_that_comes_later_is_a_warning(checked, old, new, project):
    """Deliveries, and what a step before the job fetches."""
    problems, warnings = checked(JOB.replace(old, new, 1), project)
    assert (problems, list(warnings)) == ({}, [(3, "source.path")])


@pytest.mark.parametrize(
    ("source", "content", "place"),
    [
        ("path: rows.csv, rename: {a: b}", "ref\n", "source.rename"),
        ("path: rows.csv, where: 'x == 1'", "ref\n", "source.where"),
        ("path: rows.csv, fill_down: x", "ref\n", "source.fill_down"),
        ("path: rows.csv", "", "source.path"),
        ("path: .", "ref\n", "source.path"),
    ],
)
def test_what_else_keeps_a_file_from_being_read(checked, source, content, place):
    """Where the job says something of it, that is the place; else it is the path."""
    problems, _ = checked(JOB.replace("path: rows.csv", source), rows=content)
    assert list(problems) == [(3, place)]


def test_a_query_in_a_file_that_cannot_be_read(checked):
    """Its database is not asked."""
    job = JOB.replace("type: csv, path: rows.csv", "type: sql, url: 'sqlite:///x.db', query: {file: gone.sql}")
    problems, _ = checked(job)
    assert list(problems) == [(3, "source.query.file")]


@pytest.mark.parametrize(("path", "fault"), [("htps://a.example/r.csv", "did you mean http"), ("s3://b/r.csv", "")])
def test_a_protocol_that_nobody_knows(checked, path, fault):
    """Is told before anything is fetched."""
    problems, warnings = checked(JOB.replace("rows.csv", path))
    assert (list(problems), warnings) == ([(3, "source.path")] if fault else [], {})
    assert all(fault in one for one in problems.values())
