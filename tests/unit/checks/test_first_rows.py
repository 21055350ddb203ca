"""The first rows of a file are looked at before anything is planned."""

from __future__ import annotations

from odoo_etl.checks.first_rows import check_first_rows, first_cells
from odoo_etl.spec import Job
from tests.builders import job_spec

FIELDS = {"ref": {"type": "char"}, "comment": {"type": "html"}}


def doubts(path, comment, content="ref;note\n1;<p>a</p>\n2;b\n3;<br>\n"):
    """What is said of a job with this file."""
    if content:
        path.write_text(content, encoding="utf-8")
    job = Job(job_spec({"ref": "ref", "comment": comment}, path=path), path)
    found = check_first_rows(job, FIELDS, first_cells(job))
    return [(problem.path, problem.message) for problem in found]


def test_cells_that_look_like_html(tmp_path):
    """They are counted, with the first as an example."""
    ((place, message),) = doubts(tmp_path / "a.csv", "note")
    assert place == "fields.comment"
    assert message.startswith("of the first rows, 2 cells look like HTML, such as '<p>a</p>'")


def test_cells_that_look_like_text(tmp_path):
    """Under `type: html`."""
    ((_, message),) = doubts(tmp_path / "a.csv", {"column": "note", "type": "html"}, 'ref;note\n1;"a\nb"\n')
    assert "1 cell looks like text" in message


def test_nothing_is_said_where_nothing_can_be_seen(tmp_path):
    """No file yet, no such column, an expression, cells as the job says."""
    path = tmp_path / "a.csv"
    assert doubts(path, "note", content="") == []
    assert doubts(path, {"column": "note", "type": "html"}) == []
    assert doubts(path, "other") == []
    assert doubts(path, {"expr": "note"}) == []
    assert doubts(path, {"column": "note", "map": {"x": "y"}}) == []
