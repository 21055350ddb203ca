"""The records of a run: all three are written, and a page that cannot be made costs the run nothing."""

from __future__ import annotations

import json

from odoo_etl.reporting.run_folder import RunFolder
from odoo_etl.results import RejectedRow, RunResult
from odoo_etl.runs.records import Records


def recorded(tmp_path, prepare=lambda _: None):
    """The records of a run in a folder that is prepared: what is returned, what is noted, the folder."""
    folder, notes = RunFolder(tmp_path, "r1"), []
    folder.make()
    records = Records(folder, "run", notes.append)
    for observer in records.observers:
        observer.run_started("r1", folder.path)
        observer.rejected("job", RejectedRow(4, "", ("x",), "f", "map", "code", "because"))
    prepare(folder.path)
    result = records.written(lambda: RunResult("r1", "run", "now", notes=tuple(notes), folder=folder.path))
    return result, notes, folder.path


def test_a_run_leaves_three_files(tmp_path):
    """With what did the work."""
    result, notes, folder = recorded(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["events.jsonl", "report.html", "run_results.json"]
    assert json.loads((folder / "run_results.json").read_text("utf-8"))["versions"] == dict(result.versions)
    assert (set(result.versions), notes) == ({"odoo-etl", "python", "system"}, [])


def test_a_page_that_cannot_be_made_is_said(tmp_path):
    """In the result, which is there all the same."""
    result, notes, folder = recorded(tmp_path, lambda folder: (folder / "report.html").mkdir())
    assert "report.html, could not be made: IsADirectoryError" in notes[0]
    assert json.loads((folder / "run_results.json").read_text("utf-8"))["notes"] == notes == list(result.notes)
