"""Rows of a key go out of the files of a run; the others stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.purging import RunFolders, WantedKeys
from odoo_etl.rejects.folder import RejectsFolder
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.mending import RejectsTable
from odoo_etl.rejects.source import RejectedRows
from odoo_etl.results import RejectedRow


@pytest.mark.parametrize(
    "form", [RejectsForm(), RejectsForm(";", "utf-16"), RejectsForm(";", "cp1252"), RejectsForm(as_workbook=True)]
)
def test_rows_of_a_key_go_out_of_a_rejects_file(tmp_path, form):
    """Of any form; what is left is still read by retry. A file that does not name the key stays as it is."""
    folder = RejectsFolder(tmp_path / "r1")
    folder.take_forms({"j": form, "k": form})
    for job, keys in {"j": ("0042", "0043"), "k": ("0044",)}.items():
        folder.begin(job, ["ref", "name"])
        for line, key in enumerate(keys, 2):
            folder.keep(job, RejectedRow(line, "", (key, f"Ann {key}"), "name", "map", "required", f"{key} is bad"))
    path, other = (Path(folder.end(job)) for job in ("j", "k"))
    before = other.read_bytes()
    assert RunFolders(tmp_path).forget("r1", WantedKeys.of(["0042"])) == (1, [])
    (chunk,) = RejectedRows(path).chunks(10)
    assert chunk.columns == {"ref": ["0043"], "name": ["Ann 0043"]}
    assert other.read_bytes() == before
    assert b"0042" not in b"".join(one.read_bytes() for one in path.parent.iterdir())


@pytest.mark.parametrize(("key", "stays"), [("0042", False), ("0043", True)])
def test_what_a_page_keeps_beside_rejects(tmp_path, key, stays):
    """Who changed what goes as a whole where a key is in it; the index, which is made anew, in any case."""
    folder = RejectsFolder(tmp_path / "r1")
    folder.begin("j.k", ["ref", "name"])
    for ref in ("0042", "0043"):
        folder.keep("j.k", RejectedRow(2, "", (ref, "Ann"), "name", "map", "required", "no name"))
    path = Path(folder.end("j.k"))
    table = RejectsTable(path)
    row = table.row(0)
    table.change(0, row.version, {"ref": "0042x", "name": "Known as 0042"}, "anna")
    before = {one.name for one in (path.parent / ".mended").iterdir()}
    assert before == {"j.k.index.sqlite3", "j.k.edits.jsonl", "j.k.cells.jsonl"}
    RunFolders(tmp_path).forget("r1", WantedKeys.of([key]), ["other"])
    assert {one.name for one in (path.parent / ".mended").iterdir()} == before
    RunFolders(tmp_path).forget("r1", WantedKeys.of([key]), ["j.k"])
    left = {one.name for one in (path.parent / ".mended").iterdir()}
    assert left == ({"j.k.edits.jsonl", "j.k.cells.jsonl"} if stays else set())
    assert len(table.edits()) == stays


def test_a_page_that_names_a_key_goes_whole(tmp_path):
    """Its form is not known here; one that does not stays."""
    folder = tmp_path / "r1"
    folder.mkdir()
    (folder / "report.html").write_text("<td>C-1</td>")
    (folder / "other.html").write_text("<td>C-10</td>")
    assert RunFolders(tmp_path).forget("r1", WantedKeys.of(["C-1"])) == (0, ["report.html"])
    assert [one.name for one in folder.iterdir()] == ["other.html"]


def test_half_a_line_is_text(tmp_path):
    """A run that was killed left it: it goes where it names the key, and keeps nothing else from going."""
    folder = tmp_path / "r1"
    folder.mkdir()
    (folder / "events.jsonl").write_text('{"key": "C-1"}\n{"key": "C-2"}\n\n{"key": "C-1')
    (folder / "other.jsonl").write_text('{"key": "C-1"}\n{"key": "C-')
    RunFolders(tmp_path).forget("r1", WantedKeys.of(["C-1"]))
    assert (folder / "events.jsonl").read_text() == '{"key": "C-2"}\n\n'
    assert (folder / "other.jsonl").read_text() == '{"key": "C-\n'
