"""Files that are not as we write them: looked at all the same, and ours from the first change on."""

from __future__ import annotations

import pytest

from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.mending import CannotMend, RejectsFilter
from odoo_etl.rejects.originals import originals_file
from odoo_etl.rejects.source import Mended, RejectedRows
from tests.unit.rejects.mending.conftest import FORM, left_by_a_run, lines, set_cell, table
from tests.workbooks import write_xlsx

ROWS = [("00017", "Anna", "BE"), ("00018", "Zoë", "XX")]


def form(delimiter=",", encoding="utf-8-sig", **more):
    """A form of a job."""
    return RejectsForm(delimiter, encoding, columns=FORM.columns, key=FORM.key, **more)


def read(path, how=FORM):
    """The rows as `retry` reads them."""
    return [
        list(row)
        for chunk in RejectedRows(path, mended=Mended(how)).chunks(10)
        for row in zip(*chunk.columns.values(), strict=True)
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_form_of_ours_stays(tmp_path, encoding, delimiter):
    """Whatever the delimiter and the encoding, it is changed in place."""
    how = form(delimiter, encoding)
    known = left_by_a_run(tmp_path, ROWS, how)
    set_cell(known, 1, "country", f"D{delimiter}Ж")
    assert lines(known.path, encoding, delimiter)[1][:3] == ["00018", "Zoë", f"D{delimiter}Ж"]
    assert not list(known.path.parent.glob(".mended/*former*"))
    assert read(known.path, how)[1] == ["00018", "Zoë", f"D{delimiter}Ж"]


def test_an_encoding_of_one_byte_becomes_one_that_has_a_mark(tmp_path):
    """What is typed may lack in it, and nobody could tell which it was; the former file is kept."""
    how = form(";", "cp1252")
    known = left_by_a_run(tmp_path, ROWS, how)
    before = known.path.read_bytes()
    assert known.page(RejectsFilter(text="zoë")).found == 1
    assert known.path.read_bytes() == before
    set_cell(known, 1, "country", "Ж")
    assert lines(known.path, "utf-8-sig", ";")[1][:3] == ["00018", "Zoë", "Ж"]
    assert read(known.path, how) == [["00017", "Anna", "BE"], ["00018", "Zoë", "Ж"]]
    (former,) = known.path.parent.glob(".mended/customers.former-1.csv")
    assert former.read_bytes() == before


def test_a_workbook(tmp_path):
    """It is shown as it is, downloaded as it is, and becomes a CSV file at the first change."""
    known = left_by_a_run(tmp_path, ROWS, form(as_workbook=True))
    assert known.path.suffix == ".xlsx"
    page = known.page()
    assert ([row.cells[0].text for row in page.rows], page.form, page.changed) == (["00017", "00018"], "xlsx", 0)
    assert [line[0] for line in lines(known.as_csv())] == ["00017", "00018"]
    before = known.path.read_bytes()
    set_cell(known, 1, "country", "DE")
    assert known.path.name == "customers.csv"
    assert {one.name for one in known.path.parent.iterdir()} == {
        "customers.csv",
        ".customers.originals.jsonl",
        ".mended",
    }
    assert read(known.path) == [["00017", "Anna", "BE"], ["00018", "Zoë", "DE"]]
    assert (known.path.parent / ".mended/customers.former-1.xlsx").read_bytes() == before
    known.undo("anna")
    assert read(known.path)[1] == ["00018", "Zoë", "XX"]


def test_as_a_spreadsheet_saved_it(tmp_path):
    """Other quotes, line ends, delimiter and order; zeros lost, which are read as they were."""
    known = left_by_a_run(tmp_path, ROWS)
    head, *_ = known.path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode().splitlines()
    columns = head.split(",")
    saved = [dict(zip(columns, row, strict=True)) for row in lines(known.path)]
    order = [columns[1], columns[0], *columns[2:]]
    text = "\n".join(
        ";".join(f'"{row[name]}"' for name in order) for row in [dict(zip(columns, columns, strict=True)), *saved]
    )
    known.path.write_text(text.replace('"00018"', '"18"') + "\n;;;;;;;;\n", "utf-8")
    page = known.page()
    assert (page.columns, page.total, page.changed, page.new_keys) == (("name", "no", "country"), 2, 1, 0)
    assert [(one.text, one.was, one.read_as) for one in page.rows[1].cells] == [
        ("Zoë", None, None),
        ("18", "00018", "00018"),
        ("XX", None, None),
    ]
    set_cell(known, 1, "country", "DE")
    assert lines(known.path)[1][:3] == ["Zoë", "18", "DE"]
    assert read(known.path)[1] == ["Zoë", "00018", "DE"]


def test_a_line_that_a_person_broke(tmp_path):
    """It is told, and stays as it is: no cell is lost by a change elsewhere."""
    known = left_by_a_run(tmp_path, ROWS)
    data = known.path.read_bytes()
    known.path.write_bytes(data.replace(b"Anna,BE", b"Anna,BE,more,and,more"))
    assert known.page().read_only.startswith("line 2 of the file is no row")
    with pytest.raises(CannotMend, match="line 2 of the file is no row"):
        set_cell(known, 1, "country", "DE")
    assert b"more,and,more" in known.path.read_bytes()


def test_without_our_columns(tmp_path):
    """Nobody knows which row is which: it is shown, and not changed."""
    known = left_by_a_run(tmp_path, ROWS)
    known.path.write_text("no,name,country\n00017,Anna,BE\n", "utf-8-sig")
    assert (known.page().total, known.page().rows[0].line) == (1, "")
    with pytest.raises(CannotMend, match="_line is not there"):
        set_cell(known, 0, "country", "DE")


def test_without_originals(tmp_path):
    """As of an earlier version: nobody knows what was changed."""
    known = left_by_a_run(tmp_path, ROWS)
    originals_file(known.path).unlink()
    assert [one.was for one in set_cell(known, 1, "no", "9").cells] == [None] * 3
    assert (known.page().changed, known.page().new_keys) == (0, 0)


def test_rows_that_were_added(tmp_path):
    """Each is a record that no run has seen, unless its key is that of a row."""
    known = left_by_a_run(tmp_path, ROWS)
    with known.path.open("ab") as file:
        file.write(b"00099,New,BE,,,,,,\r\n00017,Known,BE,,,,,,\r\n")
    page = known.page()
    assert [row.new_key for row in page.rows] == [None, None, (None, "00099"), None]
    assert (page.new_keys, page.changed) == (1, 2)
    assert RejectedRows(known.path, mended=Mended(FORM)).new_keys() == [(None, "00099")]


def test_rows_of_one_line(tmp_path):
    """`explode` makes several; each is compared with the one that is most alike."""
    known = left_by_a_run(tmp_path, [("1", "a", "XX")])
    text = known.path.read_bytes()
    known.path.write_bytes(text + text.splitlines(keepends=True)[1].replace(b"1,a", b"1,b"))
    originals = originals_file(known.path)
    kept = originals.read_bytes()
    originals.write_bytes(kept + kept.splitlines(keepends=True)[1].replace(b'"a"', b'"b"'))
    assert known.page().changed == 0
    set_cell(known, 1, "country", "DE")
    assert [row.cells[2].was for row in known.page().rows] == [None, "XX"]
    assert known.page(RejectsFilter(changed=True)).rows[0].number == 1


def test_large_cells(tmp_path):
    """A million characters, NUL, texts from right to left: found and changed as others."""
    large, odd = "x" * 1_000_000, "a\0b\u202ec\x1fd\x1ee"
    known = left_by_a_run(tmp_path, [("1", large, "XX"), ("2", odd, "XX")])
    assert [row.cells[1].text for row in known.page().rows] == [large, odd]
    assert known.page(RejectsFilter(text="xxxx", column="name")).found == 1
    assert known.page(RejectsFilter(text="\u202eC")).found == 1
    set_cell(known, 0, "name", large + "y")
    assert known.page(RejectsFilter(text="xy")).rows[0].cells[1].text == large + "y"
    assert read(known.path)[1][1] == odd


def test_a_copy_is_not_taken_for_another_file(tmp_path):
    """It goes with the file that it was made of."""
    known = left_by_a_run(tmp_path, ROWS, form(as_workbook=True))
    known.page()
    write_xlsx(known.path, {"rejects": [["no", "name", "country", "_line"], ["1", "Other", "BE", "2"]]})
    assert [row.cells[1].text for row in table(known.path).page().rows] == ["Other"]
