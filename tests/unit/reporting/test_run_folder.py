"""The files of a run: rejects that can be read back, results written in one piece."""

from __future__ import annotations

import csv
import json
import resource
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from odoo_etl.rejects import own_columns
from odoo_etl.rejects.writer import CannotReport, RejectsFile
from odoo_etl.reporting.progress import Display, Watcher
from odoo_etl.reporting.run_folder import RunFolder, new_run_id
from odoo_etl.results import Change, Counts, JobResult, RejectedRow, RunResult

OWN = ["_line", "_field", "_stage", "_code", "_reason", "_attempts"]
ROW = RejectedRow(7, "", ("a", "b"), "name", "map", "required", "needs a value")


def read(path):
    """The cells of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def folder(tmp_path):
    """A run folder that knows the job `j` with two columns."""
    made = RunFolder(tmp_path, "run")
    made.make()
    made.expect("j", ["ref", "name"])
    return made


def test_rejects_have_the_columns_of_the_source_and_the_reason(folder):
    """The header first; a row can be read back as it came."""
    folder.reject("j", ROW)
    path = folder.close("j")
    assert read(path) == [
        ["ref", "name", *OWN],
        ["a", "b", "7", "name", "map", "required", "needs a value", "1"],
    ]


def test_names_of_the_source_stay_its_own(folder):
    """Ours get one more underline where the source has the name."""
    folder.expect("j", ["_line", "__line"])
    folder.reject("j", ROW)
    assert read(folder.close("j"))[0] == ["_line", "__line", "___line", *OWN[1:]]
    assert own_columns(["ref"]) == OWN


def test_nothing_in_a_rejects_file_is_run_by_a_spreadsheet(folder):
    """Columns, cells, and a reason that quotes a cell."""
    folder.expect("j", ["=ref", "name"])
    folder.reject("j", replace(ROW, cells=("=cmd()", -5), reason="=cmd() is no country", field="@x"))
    header, row = read(folder.close("j"))
    assert header[:2] == ["'=ref", "name"]
    assert row == ["'=cmd()", "-5", "7", "'@x", "map", "required", "'=cmd() is no country", "1"]


def test_the_types_of_cells_stand_beside_the_file(folder):
    """By column, each once; text needs none."""
    folder.reject("j", replace(ROW, cells=("a", 1)))
    folder.reject("j", replace(ROW, cells=("b", date(2024, 1, 31))))
    folder.reject("j", replace(ROW, cells=(None, 2)))
    path = folder.close("j")
    assert [row[:2] for row in read(path)[1:]] == [["a", "1"], ["b", "2024-01-31"], ["", "2"]]
    assert json.loads((path.parent / "j.types.json").read_text()) == {"name": ["integer", "date"]}


def test_attempts_are_counted(folder):
    """The last column."""
    folder.reject("j", replace(ROW, attempts=3))
    assert read(folder.close("j"))[1][-1] == "3"


def test_a_job_without_rejects_has_no_file(folder):
    """The run's folder stays empty."""
    assert folder.close("j") is None
    assert not list(folder.path.iterdir())


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (("a", "two\nlines"), ["a", "two\nlines"]),
        (("a\r\nb", 'x"y;z,'), ["a\r\nb", 'x"y;z,']),
        ((None, 0), ["", "0"]),
        (("short",), ["short", ""]),
        (("a", "b", "beyond"), ["a", "b"]),
        (("\ud800", "ü"), ["\\ud800", "ü"]),
    ],
)
def test_any_cells_can_be_written_and_read_back(folder, cells, wanted):
    """Line ends, quotes, nulls, ragged lines, half characters."""
    folder.reject("j", replace(ROW, cells=cells))
    assert read(folder.close("j"))[1][:2] == wanted


def test_rows_of_several_files_say_which(folder):
    """File and line together."""
    folder.reject("j", replace(ROW, file="/somewhere/part-2.csv"))
    assert read(folder.close("j"))[1][2] == "part-2.csv:7"


def test_a_reject_is_on_disk_at_once(folder):
    """A killed run leaves what it knew."""
    folder.reject("j", ROW)
    assert len(read(folder.rejects_file("j"))) == 2
    folder.close("j")


def test_lanes_may_reject_at_the_same_time(folder):
    """No line is torn or lost."""
    threads = [threading.Thread(target=lambda: [folder.reject("j", ROW) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = read(folder.close("j"))
    assert len(rows) == 201
    assert {len(row) for row in rows} == {8}


def test_results_are_json_and_leave_nothing_half_written(folder):
    """All counts and changes; values that JSON lacks become text."""
    job = JobResult("j", "res.partner", counts=Counts(1, created=1))
    job.changes.append(Change("create", "k\ud800", None, 2, {"day": (None, datetime(2024, 1, 1, tzinfo=UTC))}))
    path = folder.write_results(RunResult("run", "run", "now", jobs=[job]))
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["schema_version"] == 1
    assert found["jobs"][0]["counts"] == {**dict.fromkeys(found["jobs"][0]["counts"], 0), "read": 1, "created": 1}
    assert found["jobs"][0]["changes"][0]["changes"]["day"] == [None, "2024-01-01 00:00:00+00:00"]
    assert [one.name for one in folder.path.iterdir()] == ["run_results.json"]


def test_run_ids_sort_by_time_and_differ():
    """Also within one second."""
    early, late = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)
    assert new_run_id(early) < new_run_id(late)
    assert new_run_id(early) != new_run_id(early)


class Lines(Display):
    """Keeps what it is told to say."""

    def __init__(self):
        super().__init__()
        self.said = []

    def say(self, text):
        """Keep the line."""
        self.said.append(text)


def test_only_the_first_rejects_are_said(folder):
    """Five, then where the others are; all of them are in the file."""
    display = Lines()
    watcher = Watcher(folder, display)
    watcher.job_started("j", 9, ["ref", "name"])
    for _ in range(9):
        watcher.rejected("j", ROW)
    result = JobResult("j", "res.partner")
    watcher.job_finished(result)
    assert len(display.said) == 1 + 5 + 1
    assert display.said[1] == "j: rejected line 7: name: needs a value"
    assert "more rejected rows go to" in display.said[-1]
    assert len(read(folder.rejects_file("j"))) == 10
    assert result.rejects_file.endswith("j.csv")


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_done(tmp_path):
    """Here a file stands in its way."""
    (tmp_path / "runs").touch()
    with pytest.raises(CannotReport, match="nothing was read or written"):
        RunFolder(tmp_path, "run").make()


@contextmanager
def room_for(size):
    """No file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_row_that_finds_no_room_is_an_error_and_leaves_no_half_row(folder):
    """The rows before it are whole, and those after it too, once there is room."""
    folder.reject("j", ROW)
    with room_for(150), pytest.raises(CannotReport, match="rejected rows cannot be written"):
        folder.reject("j", replace(ROW, cells=("x" * 200, "b")))
    folder.reject("j", ROW)
    assert [row[0] for row in read(folder.close("j"))] == ["ref", "a", "a"]


def test_a_full_disk_is_said_when_the_file_is_begun(tmp_path):
    """And when the report is written; the report of before stays."""
    (tmp_path / "j.csv").symlink_to("/dev/full")
    with pytest.raises(CannotReport, match="No space left"):
        RejectsFile(tmp_path / "j.csv", ["ref"])
    folder = RunFolder(tmp_path, "run")
    folder.make()
    path = folder.write_results(RunResult("run", "run", "now"))
    with room_for(10), pytest.raises(CannotReport, match="the report cannot be written"):
        folder.write_results(RunResult("run", "run", "later"))
    assert json.loads(path.read_text())["started_at"] == "now"
