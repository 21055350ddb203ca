"""`run_results.json` read back is what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from odoo_etl.reporting.run_folder import RESULTS_FILE, RunFolder
from odoo_etl.reporting.stored import Unreadable, read_results
from odoo_etl.results import JobResult, RunResult, UndoneRecords, UsedFile, VanishedRecords
from tests.unit.reporting.test_schemas import JOB


@pytest.mark.parametrize(
    "job",
    [
        JOB,
        JobResult("j", "m", "failed", error="why"),
        JobResult("j", "m", undone=UndoneRecords(3)),
        JobResult("j", "m", vanished=VanishedRecords("archive", 2, removed=1, first=("A",))),
        JobResult("j", "m", vanished=VanishedRecords(returned=2)),
    ],
)
def test_a_result_comes_back_whole(tmp_path, job):
    """Whatever it holds."""
    folder = RunFolder(tmp_path, "r1")
    folder.make()
    files = (UsedFile("j", "job", "pipelines/j.yaml", 3, "now", "ab"),)
    result = RunResult("r1", "run", "now", jobs=(job,), folder=folder.path, versions={"python": "3"}, files=files)
    folder.write_results(result)
    assert read_results(folder.path) == result


def write(folder: Path, text: str) -> None:
    """A file of results."""
    (folder / RESULTS_FILE).write_text(text, "utf-8")


def test_an_older_release_said_less_and_a_later_one_says_more(tmp_path):
    """What is not there is as if nothing had been, and what is not known is passed over."""
    job = {"job": "j", "model": "m", "status": "done", "counts": {"read": 3, "created": 3}, "later": 1}
    write(tmp_path, json.dumps({"run_id": "r1", "command": "run", "started_at": "now", "jobs": [job], "newer": {}}))
    found = read_results(tmp_path)
    assert (found.run_id, found.jobs[0].counts.created, found.jobs[0].vanished) == ("r1", 3, None)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"jobs": [1]}', '{"run_id": "r", "jobs": 3}'])
def test_a_damaged_one_is_said(tmp_path, text):
    """A run folder may have been copied by hand."""
    write(tmp_path, text)
    with pytest.raises(Unreadable, match="is damaged"):
        read_results(tmp_path)


def test_none_is_said(tmp_path):
    """Of a run that was killed."""
    with pytest.raises(Unreadable, match="is not there"):
        read_results(tmp_path)
