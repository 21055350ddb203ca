"""`validate` without a server reads headers and first rows of local files, of every kind."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from odoo_etl.checks import check_offline
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import select_jobs
from tests.workbooks import write_xlsx

FIELDS = {
    "ref": "ref",
    "name": {"column": "name", "required": True},
    "color": {"column": "color", "type": "integer"},
    "email": {"column": "mail", "transform": ["strip", "lower"]},
}
ROWS = [["ref", "name", "color", "mail"], ["a", "A", "1", "x@y"], ["b", "", "red", "z"], ["c", "", "2", ""]]


@pytest.fixture
def project(tmp_path):
    """A function that validates a job with such files, and gives (path, line is known, message) of each warning."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n")

    def validate(source, fields=None, **more):
        target = {"model": "res.partner", "key": "ref"}
        job = {"version": 1, "job": "p", "source": source, "target": target, "fields": fields or FIELDS, **more}
        (tmp_path / "pipelines/p.yaml").write_text(yaml.safe_dump(job, sort_keys=False))
        loaded = Workspace(tmp_path, environ={}).load()
        report = check_offline(loaded, select_jobs(loaded, []))
        told = (*report.problems, *report.warnings)
        assert all(one.line and one.column for one in told)
        assert len(report.problems) in {0, len(told)}
        return {one.path: one.message for one in told}

    validate.root = tmp_path
    return validate


def csv(rows=ROWS):
    """As a file has them."""
    return "".join(",".join(row) + "\n" for row in rows)


def test_values_that_the_mapping_cannot_take(project):
    """Counted field by field, with the first as an example; nothing is said of rows that fit."""
    (project.root / "rows.csv").write_text(csv())
    told = "of the first rows, {} would be rejected ({}): line 3: {}"
    assert project({"type": "csv", "path": "../rows.csv"}) == {
        "fields.name": told.format(2, "required", "name needs a value and the cell is empty"),
        "fields.color": told.format(1, "bad_number", "'red' is not a number like 1234.5"),
    }
    (project.root / "rows.csv").write_text(csv(ROWS[:2]))
    assert project({"type": "csv", "path": "../rows.csv"}) == {}


@pytest.mark.parametrize("kind", ["excel", "parquet"])
def test_other_kinds_of_files(project, kind):
    """Are read as well."""
    path = project.root / f"rows.{kind}"
    if kind == "excel":
        write_xlsx(path.with_suffix(".xlsx"), {"Rows": ROWS})
        path = path.with_suffix(".xlsx")
    else:
        pd.DataFrame(ROWS[1:], columns=ROWS[0]).to_parquet(path)
    found = project({"type": kind, "path": f"../{path.name}"})
    assert found.keys() == {"fields.name", "fields.color"}


def test_files_of_a_pattern_with_other_headers(project):
    """Which one differs, and how."""
    (project.root / "rows-1.csv").write_text(csv())
    (project.root / "rows-2.csv").write_text(csv([["ref", "name", "colour", "mail"]]))
    (message,) = project({"type": "csv", "path": "../rows-*.csv"}).values()
    assert "rows-2.csv: other columns than" in message
    assert "lacks ['color'], has ['colour']" in message


def test_columns_that_expressions_and_lines_use(project):
    """Those of a source of their own, too."""
    (project.root / "rows.csv").write_text(csv())
    (project.root / "lines.csv").write_text("ref,amount\na,1\n")
    found = project({"type": "csv", "path": "../rows.csv"}, {**FIELDS, "comment": {"expr": "name ~ ' ' ~ town"}})
    assert "lacks the column 'town' (for comment)" in found["fields.comment.expr"]
    lines = {"source": {"type": "csv", "path": "../lines.csv"}, "match": {"ref": "ref"}, "fields": {"name": "label"}}
    found = project({"type": "csv", "path": "../rows.csv"}, lines={"child_ids": lines})
    assert "label" in found["lines.child_ids.fields.name"]


def test_files_that_are_not_there(project):
    """A pattern may find some later."""
    for name in ("later.csv", "later-*.csv"):
        assert list(project({"type": "csv", "path": f"../{name}"})) == ["source.path"]


def test_a_file_that_cannot_be_read_is_told(project):
    """With the words of a run."""
    (project.root / "rows.csv").write_bytes(b"ref,name,color,mail\n\xff\xfe,\x00\n")
    (project.root / "rows.xlsx").write_text("no workbook")
    assert "source.path" in project({"type": "excel", "path": "../rows.xlsx"})


def test_python_is_not_called(project):
    """Whoever validates wants nothing done."""
    (project.root / "rows.csv").write_text(csv(ROWS[:2]))
    (project.root / "own_rows.py").write_text("def f(row):\n    raise SystemExit('called')\n")
    fields = {**FIELDS, "comment": {"python": {"function": "own_rows:f"}}}
    assert project({"type": "csv", "path": "../rows.csv"}, fields) == {}
