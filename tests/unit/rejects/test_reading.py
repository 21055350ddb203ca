"""A rejects file that was opened, mended and saved, in every way that people have."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
import xlsxwriter

from odoo_etl.errors import SourceError
from odoo_etl.rejects.folder import RejectsFolder
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.originals import originals_file
from odoo_etl.rejects.source import Mended, RejectedRows
from odoo_etl.results import RejectedRow

COLUMNS = ["ref", "name", "zip", "price", "born", "country"]
ROW = RejectedRow(
    2, "", ("C-1", "Zoë", "01234", "1.5", "2026-02-01", "ZZ"), "country_id", "lookup", "lookup_missing", "no"
)
OTHER = replace(ROW, line=3, cells=("C-2", "Ann", "00007", "2", "2026-03-01", "ZZ"))
FORM = RejectsForm(columns={"country_id": ("country",), "ref": ("ref",)}, key=("ref",))


@pytest.fixture
def write(tmp_path):
    """A function that writes rejects in a form; their file."""

    def written(form=FORM, rows=(ROW, OTHER)):
        folder = RejectsFolder(tmp_path)
        folder.take_forms({"j": form})
        folder.begin("j", COLUMNS)
        for row in rows:
            folder.keep("j", row)
        from pathlib import Path

        return Path(folder.end("j"))

    return written


def table(path, form=FORM):
    """The cells of a file that we wrote."""
    encoding = {"utf-16": "utf-16"}.get(form.encoding, form.encoding)
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=form.delimiter))


def save(path, rows, *, delimiter=",", encoding="utf-8", **options):
    """Save a table as another program does."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, **options).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def save_as_workbook(path, rows, number=None):
    """Save a table as a workbook; with `number`, texts of digits become numbers as where a person opened CSV."""
    made = path.with_suffix(".xlsx")
    with xlsxwriter.Workbook(str(made)) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if number and line and cell.replace(".", "", 1).isdecimal():
                    sheet.write_number(line, column, float(cell))
                else:
                    sheet.write_string(line, column, cell)
    path.unlink()
    return made


def mended(path, **options):
    """The rows of a file as retry reads it: line to cells, the codes of those that are none, and what is told."""
    rows = RejectedRows(path, mended=Mended(options.pop("form", FORM), **options))
    lines, bad = {}, {}
    for chunk in rows.chunks(10):
        cells = zip(*(chunk.columns[name] for name in COLUMNS), strict=True)
        lines |= dict(zip(chunk.lines, cells, strict=True))
        bad |= {one.line: one.code for one in chunk.bad}
    return lines, bad, rows.note


FIRST = ("C-1", "Zoë", "01234", "1.5", "2026-02-01", "DE")
SECOND = ("C-2", "Ann", "00007", "2", "2026-03-01", "ZZ")


@pytest.mark.parametrize(
    "saved",
    [
        {},
        {"delimiter": ";"},
        {"delimiter": ";", "encoding": "cp1252"},
        {"delimiter": "\t", "encoding": "utf-16"},
        {"delimiter": ";", "encoding": "utf-8-sig", "quoting": csv.QUOTE_ALL},
        {"lineterminator": "\n", "encoding": "utf-16-le"},
    ],
)
def test_any_delimiter_encoding_and_quotes(write, saved):
    """A text that nobody touched tells an encoding that has no mark."""
    path = write()
    header, first, second = table(path)
    first[5] = "DE"
    save(path, [header, first, second], **saved)
    assert mended(path) == ({2: FIRST, 3: SECOND}, {}, "")


def test_columns_moved_rows_sorted_deleted_and_empty_ones_added(write):
    """Our own columns say which row is which."""
    path = write()
    header, first, second = (list(reversed(row)) for row in table(path))
    save(path, [[*header, "", ""], [*second, "", ""], [*first, "", ""], [""] * (len(header) + 2)], delimiter=";")
    lines, bad, _ = mended(path)
    assert (list(lines), bad) == ([2, 3], {})
    save(path, [header, first])
    assert list(mended(path)[0]) == [2]


def test_numbers_and_dates_that_a_spreadsheet_reformatted(write):
    """They are read as they were, and told; the cell that was to be mended is read as it is now."""
    path = write()
    header, first, second = table(path)
    first[2:6] = ["1234", "1,5", "01.02.2026", "DE"]
    second[2:6] = ["7", "2", "01.03.2026", "0049"]
    save(path, [header, first, second], delimiter=";")
    lines, bad, note = mended(path)
    assert (lines[2], bad) == (FIRST, {})
    assert lines[3] == (*SECOND[:5], "0049")
    assert note.startswith(
        "a spreadsheet has reformatted 5 cells that were not to be mended; read as they were: zip '1234'"
    )


def test_one_cell_that_a_spreadsheet_reformatted(write):
    """It is told of in the singular."""
    path = write()
    header, first, second = table(path)
    first[2], first[5] = "1234", "DE"
    save(path, [header, first, second], delimiter=";")
    note = mended(path)[2]
    assert (
        note
        == "a spreadsheet has reformatted 1 cell that was not to be mended; read as it was: zip '1234' (was '01234')"
    )


def test_a_file_saved_as_a_workbook(write):
    """Numbers that the spreadsheet made of texts are read as they were."""
    path = write()
    rows = table(path)
    rows[1][5] = "DE"
    lines, bad, note = mended(save_as_workbook(path, rows, number=True))
    assert (lines, bad) == ({2: FIRST, 3: SECOND}, {})
    assert "01234" in note


def test_a_workbook_saved_as_a_file(write):
    """And the other way round: leading zeros are there, since its cells are texts."""
    path = write(replace(FORM, as_workbook=True))
    assert path.suffix == ".xlsx"
    lines, bad, note = mended(path)
    assert (lines[3], bad, note) == (SECOND, {}, "")
    read = [list(map(str, row)) for row in workbook(path)]
    path.unlink()
    saved = path.with_suffix(".csv")
    save(saved, read, delimiter=";", encoding="cp1252")
    assert mended(saved)[0][3] == SECOND


def workbook(path):
    """The cells of a workbook."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def test_a_key_that_changed_is_no_row_unless_it_is_meant(write):
    """A second record would be made of it; the file keeps the old key, however often it is fed."""
    path = write()
    header, first, second = table(path)
    first[0], first[5], second[5] = "C-9", "DE", "DE"
    save(path, [header, first, second])
    lines, bad, _ = mended(path)
    assert (list(lines), bad) == ([3], {2: "key_changed"})
    assert RejectedRows(path, mended=Mended(FORM)).new_keys() == [("C-1", "C-9")]
    lines, bad, _ = mended(path, accept_new_keys=True)
    assert (lines[2][0], bad) == ("C-9", {})


def test_leading_zeros_of_a_key_are_put_back(write):
    """A spreadsheet took them; the row is the same."""
    path = write(rows=[replace(ROW, cells=("00042", *ROW.cells[1:]))])
    header, first = table(path)
    first[0] = "42"
    save(path, [header, first])
    lines, bad, note = mended(path)
    assert (lines[2][0], bad) == ("00042", {})
    assert "ref '42' (was '00042')" in note


@pytest.mark.parametrize("reject", [replace(ROW, code="ambiguous_key"), replace(ROW, field="ref", code="required")])
def test_a_key_that_was_the_reason_may_change(write, reject):
    """Nobody is asked: that is what was to be mended."""
    path = write(rows=[reject])
    header, first = table(path)
    first[0] = "C-9"
    save(path, [header, first])
    assert mended(path)[1] == {}


def test_a_row_that_a_person_added_is_asked_about(write):
    """It was not rejected, and has no line; one whose line somebody deleted is known by its key."""
    path = write()
    header, first, second = table(path)
    first[6:] = [""] * 6
    save(path, [header, first, second, ["NEW", *first[1:]]])
    lines, bad, _ = mended(path)
    assert list(bad.values()) == ["key_changed"]
    assert len(lines) == 2


def test_a_file_without_originals_is_read_as_it_is(write):
    """Earlier versions kept none."""
    path = write()
    header, first, second = table(path)
    first[0] = "C-9"
    save(path, [header, first, second])
    originals_file(path).unlink()
    assert mended(path)[1] == {}


def test_an_encoding_that_nobody_can_tell_is_refused(write):
    """What is not plain was typed by a person, and nothing else is there to compare it with."""
    path = write(rows=[replace(ROW, cells=("C-1", "Zoe", "1", "2", "x", "ZZ"))])
    header, first = table(path)
    first[1] = "Zoë"
    save(path, [header, first], encoding="cp1250")
    with pytest.raises(SourceError, match="nobody can tell its encoding"):
        mended(path)
    assert mended(path, form=replace(FORM, encoding="cp1252"))[0][2][1] == "Zoë"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_what_is_written_is_as_the_source(write, encoding):
    """Delimiter and encoding; a spreadsheet knows it by its mark."""
    form = replace(FORM, delimiter=";", encoding=encoding)
    path = write(form)
    data = path.read_bytes()
    assert data.decode(encoding).splitlines()[1].startswith("C-1;Zoë;01234;")
    assert data.startswith({"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}.get(encoding, b"ref"))
    assert mended(path, form=form)[0][3] == SECOND


def test_no_character_is_lost(write):
    """One that the encoding of the source lacks: the whole file becomes UTF-8, with its mark."""
    form = replace(FORM, delimiter=";", encoding="cp1252")
    path = write(
        form, rows=[ROW, replace(ROW, line=3, cells=("C-2", "Łódź 日本", "1", "2", "x", "ZZ")), replace(ROW, line=4)]
    )
    text = path.read_bytes().decode("utf-8-sig")
    assert "Zoë" in text
    assert "Łódź 日本" in text
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    lines, bad, _ = mended(path, form=form)
    assert (lines[3][1], len(lines), bad) == ("Łódź 日本", 3, {})
