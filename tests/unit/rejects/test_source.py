"""A rejects file as people and spreadsheets hand it back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.errors import SourceError
from odoo_etl.mapping import Flaw, Reject, Row
from odoo_etl.rejects import kinds_file
from odoo_etl.rejects.folder import RejectsFolder
from odoo_etl.rejects.source import RejectedRows
from odoo_etl.results import RejectedRow
from odoo_etl.so_far import JobSoFar
from odoo_etl.sources import open_source
from odoo_etl.spec.sources import CsvSource, ExcelSource
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.reported_rows import NoSink, ReportedRows, SkippedRows
from odoo_etl.text import OutOfRange
from tests.builders import job_spec
from tests.workbooks import write_xlsx

HEAD = "ref;name;_line;_field;_stage;_code;_reason;_attempts\r\n"


@pytest.mark.parametrize("column", ["name", "näme"])
def test_saved_in_another_encoding(tmp_path, column):
    """The file is named, and a way out that leads to a file which can be read."""
    path = tmp_path / "partners.csv"
    text = HEAD.replace("name", column) + "1;Zoë;rows.csv:2;name;map;bad_value;no;1\r\n"
    path.write_bytes(text.encode("cp1252"))
    with pytest.raises(SourceError, match=r"partners\.csv: is not UTF-8, .*save the file again: .*CSV UTF-8") as caught:
        list(RejectedRows(path).chunks(10))
    assert "in the job" not in str(caught.value)
    path.write_bytes(text.encode("utf-8-sig"))
    assert [chunk.columns[column] for chunk in RejectedRows(path).chunks(10)] == [["Zoë"]]


def test_rows_of_nothing_and_malformed_quotes(tmp_path):
    """The former are none, the latter stay rejects; neither costs another row."""
    path = tmp_path / "partners.csv"
    path.write_text(HEAD + ';;;;;;;\n1;"a" b;rows.csv:2;;;;;1\n2;c;rows.csv:3;;;;;1\n', "utf-8")
    chunks = list(RejectedRows(path).chunks(10))
    assert [ref for chunk in chunks for ref in chunk.columns["ref"]] == ["2"]
    assert [bad.code for chunk in chunks for bad in chunk.bad] == ["bad_quote"]


def test_files_of_one_name_in_two_folders_stay_two(tmp_path):
    """Each row keeps its own number of attempts, retry after retry."""
    spec = job_spec({"ref": "ref", "name": "name"}, path="/data/*/rows.csv")
    flaws = (Flaw("map", "bad_value", "no", "name"),)
    rows = [Row(2, "/data/north/rows.csv", ("n", "N")), Row(2, "/data/south/rows.csv", ("s", "S"))]

    def rejected(name, rows, attempts):
        folder = RejectsFolder(tmp_path / name)
        folder.begin("partners", ["ref", "name"])
        skipped = SkippedRows(spec, NoSink(), ReportedRows(spec, attempts))
        tally = Tally(spec, JobSoFar.begun("partners", "res.partner"), folder, skipped=skipped)
        tally.rejected(BatchProgress(), [Reject(row, flaws) for row in rows])
        return RejectedRows(Path(folder.end("partners")))

    source = rejected("r1", rows, lambda _line, file: 5 if "north" in file else 0)
    for name, before in (("r2", (6, 1)), ("r3", (7, 2))):
        found = [(chunk.file, *chunk.lines) for chunk in source.chunks(10)]
        assert found == [("north/rows.csv", 2), ("south/rows.csv", 2)]
        assert tuple(source.attempts(line, file) for file, line in found) == before
        source = rejected(name, [Row(line, file, ("x", "X")) for file, line in found], source.attempts)


def test_rows_that_nobody_could_judge_are_chosen_and_taken_apart(tmp_path):
    """The others were before they were rejected: what is one value now may hold the mark."""
    path = tmp_path / "partners.csv"
    rows = "1;a|b;rows.csv:2;;source;bad_where;no;1\n2;c|d;rows.csv:3;name;map;bad_value;no;1\n"
    ragged = "3;e|f;rows.csv:4;;source;ragged_line;no;1\n4;g|h;rows.csv:5;;source;;;1\nx;i;rows.csv:6;;source;;;1\n"
    path.write_text(HEAD + rows + ragged, "utf-8")
    shape = CsvSource(type="csv", path="rows.csv", where="ref != 'x'", explode={"column": "name", "split": "|"})
    chunks = list(RejectedRows(path, shape=shape).chunks(10))
    assert [name for chunk in chunks for name in chunk.columns["name"]] == ["a", "b", "c|d", "g", "h"]
    assert [line for chunk in chunks for line in chunk.lines] == [2, 2, 3, 5, 5]
    assert [bad.code for chunk in chunks for bad in chunk.bad] == ["ragged_line"]
    assert [line for chunk in chunks for line in chunk.filtered] == [6]


@pytest.fixture
def mended(tmp_path):
    """The chunks of a file of rows of the stage `source`, given as `ref;name;line;code`, for a job with that source."""

    def mended(*rows, **source):
        path = tmp_path / "partners.csv"
        lines = [f"{cells};rows.csv:{line};;source;{code};no;1\n" for cells, line, code in rows]
        path.write_text(HEAD + "".join(lines), "utf-8")
        return list(RejectedRows(path, shape=CsvSource(type="csv", path="rows.csv", **source)).chunks(10))

    return mended


def test_a_mended_row_has_the_nulls_of_its_source(mended):
    """Before it is chosen; a line that is no row yet has its cells as they are."""
    rows = [("1;NULL", 2, ""), ("2;b", 3, ""), ("3;NULL", 4, "ragged_line")]
    (chunk,) = mended(*rows, null_values=["", "NULL"], where="name is none")
    assert (chunk.columns, chunk.filtered) == ({"ref": ["1"], "name": [None]}, (3,))
    assert [bad.cells for bad in chunk.bad] == [("3", "NULL")]


def test_an_empty_cell_of_a_mended_row(mended):
    """It is the text that the source has there, where that says that it is no null; of rows that were read it is."""
    (chunk,) = mended(("1;", 2, ""), ("2;", 3, "bad_where"), null_values=["NULL"])
    assert chunk.columns["name"] == ["", None]


def test_rows_that_the_job_saw_are_not_compared(tmp_path):
    """Two that were not equal may look so in a file of texts."""
    path = tmp_path / "partners.csv"
    path.write_text(HEAD + "1;a;rows.csv:2;;map;bad;no;1\n1;b;rows.csv:3;;map;bad;no;1\n", "utf-8")
    shape = CsvSource(type="csv", path="rows.csv", distinct="ref")
    assert [chunk.lines for chunk in RejectedRows(path, shape=shape).chunks(10)] == [[2, 3]]


def test_a_mended_row_has_its_group(mended):
    """It is not guessed: a row that lacks it is a reject again, unless it was filled before it was rejected."""
    rows = [("1;A", 2, ""), ("2; ", 3, ""), ("3;NULL", 4, ""), ("4;", 5, "bad_where")]
    (chunk,) = mended(*rows, null_values=["NULL"], fill_down="Group", rename={"name": "Group"})
    assert chunk.columns == {"ref": ["1", "4"], "name": ["A", None]}
    assert [(bad.line, bad.code) for bad in chunk.bad] == [(3, "unknown_above"), (4, "unknown_above")]
    assert chunk.bad[0].reason.startswith("'name' is empty, and what stands above it is not in this file: write it")


def test_of_mended_rows_that_are_equal_the_first_stands(tmp_path):
    """Also where a row that was rejected later, by the mapping, stands between them or is the first."""
    path = tmp_path / "partners.csv"
    stages = ["source", "map", "source", "source"]
    refs = ["1", "2", "1", "2"]
    rows = [
        f"{ref};{line};rows.csv:{line};;{stage};;no;1\n"
        for line, (ref, stage) in enumerate(zip(refs, stages, strict=True), 2)
    ]
    path.write_text(HEAD + "".join(rows), "utf-8")
    shape = CsvSource(type="csv", path="rows.csv", distinct="ref")
    chunks = list(RejectedRows(path, shape=shape).chunks(10))
    assert [name for chunk in chunks for name in chunk.columns["name"]] == ["2", "3"]
    assert [line for chunk in chunks for line in chunk.filtered] == [4, 5]


def test_a_row_that_a_person_made_ragged_keeps_its_cells(tmp_path):
    """Their types and guarded texts as those of the other rows, so that they can be written again."""
    path = tmp_path / "partners.csv"
    path.write_text(HEAD + "'=x;1.125;rows.csv:2;name;map;bad_value;no;1;beyond\n", "utf-8")
    kinds_file(path).write_text('{"name": ["float"]}')
    (chunk,) = RejectedRows(path).chunks(10)
    assert [bad.cells for bad in chunk.bad] == [("=x", 1.125)]


def test_typed_cells_of_a_line_that_was_no_row(tmp_path):
    """Are the values that they were, however the job reads texts."""
    write_xlsx(tmp_path / "t.xlsx", {"S": [["x", 1.125, date(2024, 2, 29), True, 7, "note"]]})
    spec = ExcelSource(type="excel", path=str(tmp_path / "t.xlsx"), header=["k", "n", "d", "b", "i"])
    (bad,) = (bad for chunk in open_source(spec).chunks(5) for bad in chunk.bad)
    folder = RejectsFolder(tmp_path)
    folder.begin("j", list(spec.header))
    folder.keep("j", RejectedRow(bad.line, "", bad.cells, "", "source", "", bad.reason))
    (chunk,) = RejectedRows(Path(folder.end("j")), shape=spec).chunks(5)
    cells = [cells[0] for cells in chunk.columns.values()]
    assert cells == ["x", 1.125, date(2024, 2, 29), True, 7]
    assert [type(cell) for cell in cells] == [str, float, date, bool, int]


ALIKE = ["1.125", "7", "-7", "'7", "''7", "true", "#N/A", "2024-02-29", "x", "'x", "=1", "P1D"]
VALUES = [1.125, 7, -7, True, date(2024, 2, 29), OutOfRange("#N/A", "is an error of the sheet", "error_cell")]


@pytest.mark.parametrize("first", ["7", 7])
@given(cells=st.lists(st.sampled_from([*ALIKE, *VALUES])))
def test_texts_that_are_written_as_the_values_of_their_column(tmp_path_factory, first, cells):
    """A sheet has both, in any order: each stays what it is, since a job may read a text otherwise than a number."""
    folder = RejectsFolder(tmp_path_factory.mktemp("run"))
    folder.begin("j", ["n", "ref"])
    for line, cell in enumerate([first, *cells], 1):
        folder.keep("j", RejectedRow(line, "", (cell, "x"), "", "map", "bad_value", "no"))
    (chunk,) = RejectedRows(Path(folder.end("j"))).chunks(1000)
    assert [(type(cell), str(cell)) for cell in chunk.columns["n"]] == [
        (type(one), str(one)) for one in [first, *cells]
    ]
