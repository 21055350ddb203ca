"""Rejected rows on disk: files that a spreadsheet opens and `retry` reads back."""

from __future__ import annotations

import csv
import json
import threading
from dataclasses import replace
from datetime import date

import pytest

from odoo_etl.rejects import kinds_file, own_columns, rejects_file
from odoo_etl.rejects.folder import RejectsFolder
from odoo_etl.rejects.originals import originals_file
from odoo_etl.rejects.writer import CannotReport, replace_rejects
from odoo_etl.results import RejectedRow
from tests.unit.rejects.full_disk import room_for

OWN = ["_line", "_field", "_stage", "_code", "_reason", "_attempts"]
ROW = RejectedRow(7, "", ("a", "b"), "name", "map", "required", "needs a value")


def read(path):
    """The cells of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def path(tmp_path):
    """The rejects file of the job `j`."""
    return rejects_file(tmp_path, "j")


@pytest.fixture
def rejects(tmp_path):
    """The sink of a run that knows the job `j` with two columns."""
    made = RejectsFolder(tmp_path)
    made.begin("j", ["ref", "name"])
    yield made
    made.end("j")


def test_rejects_have_the_columns_of_the_source_and_the_reason(rejects, path):
    """The header first; a row can be read back as it came."""
    rejects.keep("j", ROW)
    assert rejects.end("j") == str(path)
    assert read(path) == [
        ["ref", "name", *OWN],
        ["a", "b", "7", "name", "map", "required", "needs a value", "1"],
    ]


def test_names_of_the_source_stay_its_own(rejects, path):
    """Ours get one more underline where the source has the name."""
    rejects.begin("j", ["_line", "__line"])
    rejects.keep("j", ROW)
    assert read(path)[0] == ["_line", "__line", "___line", *OWN[1:]]
    assert own_columns(["ref"]) == OWN


def test_nothing_in_a_rejects_file_is_run_by_a_spreadsheet(rejects, path):
    """Columns, cells, and a reason that quotes a cell."""
    rejects.begin("j", ["=ref", "name"])
    rejects.keep("j", replace(ROW, cells=("=cmd()", -5), reason="=cmd() is no country", field="@x"))
    header, row = read(path)
    assert header[:2] == ["'=ref", "name"]
    assert row == ["'=cmd()", "-5", "7", "'@x", "map", "required", "'=cmd() is no country", "1"]


def test_the_types_of_cells_stand_beside_the_file(rejects, path):
    """By column, each once; text needs none."""
    rejects.keep("j", replace(ROW, cells=("a", 1)))
    rejects.keep("j", replace(ROW, cells=("b", date(2024, 1, 31))))
    rejects.keep("j", replace(ROW, cells=(None, 2)))
    assert rejects.end("j") == str(path)
    assert [row[:2] for row in read(path)[1:]] == [["a", "1"], ["b", "2024-01-31"], ["", "2"]]
    assert json.loads((path.parent / "j.types.json").read_text()) == {"name": ["integer", "date"]}


def test_the_types_of_rows_that_landed_are_forgotten(rejects, path, tmp_path):
    """Texts of the rows that are left would else be taken for values."""
    rejects.keep("j", replace(ROW, cells=("a", 1)))
    rejects.end("j")
    left = RejectsFolder(tmp_path / "retry")
    left.begin("j", ["ref", "name"])
    left.keep("j", replace(ROW, cells=("a", "7")))
    replace_rejects(path, rejects_file(tmp_path / "retry", "j"))
    left.end("j")
    assert (read(path)[1][:2], kinds_file(path).exists()) == (["a", "7"], False)


def test_attempts_are_counted(rejects, path):
    """The last column."""
    rejects.keep("j", replace(ROW, attempts=3))
    assert read(path)[1][-1] == "3"


def test_a_job_without_rejects_has_no_file(rejects, tmp_path):
    """The run's folder stays empty."""
    assert rejects.end("j") == ""
    assert not list(tmp_path.iterdir())


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
def test_any_cells_can_be_written_and_read_back(rejects, path, cells, wanted):
    """Line ends, quotes, nulls, ragged lines, half characters."""
    rejects.keep("j", replace(ROW, cells=cells))
    assert read(path)[1][:2] == wanted


def test_rows_of_several_files_say_which(rejects, path):
    """File and line together."""
    rejects.keep("j", replace(ROW, file="/somewhere/part-2.csv"))
    assert read(path)[1][2] == "part-2.csv:7"


def test_a_reject_is_on_disk_at_once(rejects, path):
    """A killed run leaves what it knew."""
    rejects.keep("j", ROW)
    assert len(read(path)) == 2
    rejects.end("j")


def test_lanes_may_reject_at_the_same_time(rejects, path):
    """No line is torn or lost."""
    threads = [threading.Thread(target=lambda: [rejects.keep("j", ROW) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = read(path)
    assert len(rows) == 201
    assert {len(row) for row in rows} == {8}


def test_a_row_that_finds_no_room_is_an_error_and_leaves_no_half_row(rejects, path):
    """The rows before it are whole, and those after it too, once there is room."""
    rejects.keep("j", ROW)
    with room_for(150), pytest.raises(CannotReport, match="rejected rows cannot be written"):
        rejects.keep("j", replace(ROW, cells=("x" * 200, "b")))
    rejects.keep("j", ROW)
    assert [json.loads(line)[0] for line in originals_file(path).read_text("utf-8").splitlines()] == ["", "7", "7"]
    assert [row[0] for row in read(path)] == ["ref", "a", "a"]
