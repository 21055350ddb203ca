"""Planned changes as CSV, as a page, and as a JSON document."""

from __future__ import annotations

import csv
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from odoo_etl.rejects.writer import CannotReport
from odoo_etl.reporting.changes_file import changes_of, write_changes
from odoo_etl.reporting.plans import document_parts, write_changes_csv, write_changes_page
from odoo_etl.reporting.plans import page as pages
from odoo_etl.reporting.run_folder import as_json
from odoo_etl.results import Change, ChangedField, Counts, JobResult, RunResult

CHANGES = (
    Change("create", "C-1", None, 2, {"name": (None, "=1+1"), "comment": (None, "a\nb")}, "a.csv"),
    Change(
        "update",
        "C-2 <b>",
        7,
        3,
        {"country_id": (57, 12), "line_ids[5]": ({"qty": 1.0, "note": None}, "(removed)")},
        names={"country_id": ("Germany", "Öster<i>reich</i>")},
    ),
    Change("delete", "C-3", 8, 0, {}),
)
FIELDS = {"country_id": ChangedField("many2one", "res.country"), "line_ids.qty": ChangedField("float", digits=1)}
JOB = JobResult(
    "partners",
    "res.partner",
    counts=Counts(2, created=1, updated=1),
    changes=CHANGES,
    planned={"create": 1, "update": 1, "delete": 1},
    fields=FIELDS,
)
RESULT = RunResult("r1", "plan", "2024-02-29", jobs=(JOB,), folder=Path("/nowhere"))


def kept(tmp_path, changes=CHANGES):
    """A job whose changes are in a file; its result has the first."""
    return replace(JOB, changes=JOB.changes[:1], changes_file=str(write_changes(tmp_path, "partners", changes)))


def test_changes_come_back_from_their_file_as_they_were(tmp_path):
    """In their order; without a file those of the result are all there are."""
    odd = (*CHANGES, Change("update", "half \ud800", 9, 4, {"x": (1, 2)}, new_lines=("l[1]",), archived=True))
    assert tuple(changes_of(kept(tmp_path, odd))) == odd
    assert tuple(changes_of(JOB)) == CHANGES
    assert (tmp_path / "changes").stat().st_mode & 0o077 == 0
    assert (tmp_path / "changes" / "partners.jsonl").stat().st_mode & 0o077 == 0


def test_a_csv_file_has_a_row_for_each_field(tmp_path):
    """Safe in a spreadsheet; what has no field has a row of its own."""
    write_changes_csv(replace(RESULT, jobs=(kept(tmp_path),)), tmp_path / "c.csv")
    with (tmp_path / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["job", "action", "key", "id", "line", "file", "field", "old", "new"],
        ["partners", "create", "C-1", "", "2", "a.csv", "name", "", "'=1+1"],
        ["partners", "create", "C-1", "", "2", "a.csv", "comment", "", "a\\nb"],
        ["partners", "update", "C-2 <b>", "7", "3", "", "country_id", "Germany", "Öster<i>reich</i>"],
        ["partners", "update", "C-2 <b>", "7", "3", "", "line_ids[5].qty", "1.0", ""],
        ["partners", "update", "C-2 <b>", "7", "3", "", "line_ids[5]", "", "(removed)"],
        ["partners", "delete", "C-3", "8", "", "", "", "", ""],
    ]


def test_a_page_needs_no_network_and_runs_nothing_of_others(tmp_path):
    """Texts of others are escaped; all jobs and changes are there."""
    job = replace(kept(tmp_path), changes=())  # as with `--show 0`
    write_changes_page(replace(RESULT, jobs=(job,)), tmp_path / "c.html")
    page = (tmp_path / "c.html").read_text("utf-8")
    assert "Öster&lt;i&gt;reich&lt;/i&gt;" in page
    assert "C-2 &lt;b&gt;" in page
    assert "1 to create, 1 to update, 1 to delete" in page
    assert not any(word in page for word in ("http:", "https:", "<script", "url(", "stylesheet"))


def test_a_page_says_how_much_it_leaves_out(tmp_path):
    """A browser does not hold every change."""
    many = [Change("create", f"C-{number}", None, number, {}) for number in range(pages.MOST_CHANGES + 5)]
    job = replace(kept(tmp_path, many), planned={"create": len(many)})
    write_changes_page(replace(RESULT, jobs=(job,)), tmp_path / "c.html")
    page = (tmp_path / "c.html").read_text("utf-8")
    assert "5 further changes are left out here" in page
    assert ("C-4999," in page, "C-5000," in page) == (True, False)


@pytest.mark.parametrize("write", [write_changes_csv, write_changes_page])
def test_a_file_that_cannot_be_written_is_named(write, tmp_path):
    """The result itself is in the run's folder."""
    with pytest.raises(CannotReport, match=r"no/c: the .* cannot be written: No such file"):
        write(RESULT, tmp_path / "no" / "c")


def test_a_document_has_every_change(tmp_path):
    """And all that `run_results.json` has; or just the first changes."""
    result = replace(RESULT, jobs=(kept(tmp_path), replace(JOB, job="other")))
    known = json.loads("".join(document_parts(result, every=False)))
    assert known == json.loads(json.dumps(as_json(result), default=str))
    every = json.loads("".join(document_parts(result, every=True)))
    assert [one["key"] for one in every["jobs"][0]["changes"]] == ["C-1", "C-2 <b>", "C-3"]
    assert every["jobs"][0]["changes"][1]["names"] == {"country_id": ["Germany", "Öster<i>reich</i>"]}


def test_memory_does_not_grow_with_the_changes(tmp_path):
    """Neither to write them, nor to read them into a file."""
    many = (Change("create", f"C-{number}", None, number, {"name": (None, "x" * 2_000)}) for number in range(1_500))
    tracemalloc.start()
    job = kept(tmp_path, many)
    write_changes_csv(replace(RESULT, jobs=(job,)), tmp_path / "c.csv")
    sum(map(len, document_parts(replace(RESULT, jobs=(job,)), every=True)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "c.csv").stat().st_size > 3_000_000
    assert peak < 1_000_000
