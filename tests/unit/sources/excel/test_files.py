"""Workbooks: which cells are read, what they become, and what is said of what cannot be read."""

from __future__ import annotations

import pickle
import zipfile
from datetime import date, datetime

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import SourceMemory, open_source
from odoo_etl.spec.sources import ExcelSource
from odoo_etl.text import OutOfRange
from tests.workbooks import WRITERS, Error, Formula, Rich, write_ods, write_xlsx

KINDS = sorted(WRITERS)


@pytest.fixture
def book(tmp_path):
    """Write a workbook and describe it as a source."""

    def book(rows, kind="xlsx", *, merged=(), **options):
        path = tmp_path / f"book.{kind}"
        extra = {"merged": merged} if merged else {}
        WRITERS[kind](path, rows if isinstance(rows, dict) else {"S": rows}, **extra)
        return ExcelSource(type="excel", path=str(path), **options)

    return book


def table(spec, chunk_rows=1000):
    """The columns, the rows with their numbers, and the bad lines of a source."""
    source = open_source(spec)
    chunks = list(source.chunks(chunk_rows))
    rows = [
        (line, *cells)
        for chunk in chunks
        for line, cells in zip(chunk.lines, zip(*chunk.columns.values(), strict=True), strict=True)
    ]
    return source.columns(), rows, [bad for chunk in chunks for bad in chunk.bad]


@pytest.mark.parametrize("kind", KINDS)
def test_values_of_every_kind_of_workbook(book, kind):
    """Whole numbers are integers, text that looks like a number stays text, what is empty is None."""
    rows = [
        ["n", "f", "t", "b", "e"],
        [1, 1.5, "01000", True, None],
        [10**15, -2.0, " é\n", False, None],
        [],
        [0, None],
    ]
    columns, found, bad = table(book(rows, kind))
    assert (columns, bad) == (["n", "f", "t", "b", "e"], [])
    assert found == [
        (2, 1, 1.5, "01000", True, None),
        (3, 10**15, -2, " é\n", False, None),
        (5, 0, None, None, None, None),
    ]
    assert [type(cell) for cell in found[1][1:5]] == [int, int, str, bool]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_dates(book, kind):
    """Are dates, and moments where they have a time."""
    rows = [["d", "m"], [date(2024, 2, 29), datetime(2024, 2, 29, 12, 30)]]  # noqa: DTZ001 - a sheet knows no zone
    ((_, day, moment),) = table(book(rows, kind))[1]
    assert (type(day), str(day), str(moment)) == (
        date,
        "2024-02-29",
        "2024-02-29 12:30:00" if kind != "xls" else str(moment),
    )


def test_values_of_formulas(book):
    """Are those that the workbook was saved with."""
    rows = [["a", "b"], [Formula("=1+1", 2), Formula('="x"&"y"', "xy")]]
    assert table(book(rows))[1] == [(2, 2, "xy")]


def test_formulas_that_no_spreadsheet_has_calculated(book):
    """A workbook that a program wrote says so: it has 0 for each of them, which is no value."""
    spec = book([["a", "b"], [0, Formula("=1+1", 0)], [1, Formula("=1+1", 2)]])
    (_, zero, unsaved), second = table(spec)[1]
    assert (zero, second) == (0, (3, 1, 2))
    assert str(unsaved) == "#UNSAVED"
    assert (
        unsaved.why == "is a formula without the value it gives, in the cell S!B2: save the workbook in a spreadsheet"
    )


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_errors_keep_their_place(book, kind, plain):
    """Such a cell is no empty one: it is a value that no field takes, and says its address."""
    rows = [["a", "b"], [1, Error("#N/A", plain)], [None, 5], [Error("#DIV/0!", plain), None], [7, "#N/A"]]
    found = table(book({"First": [["x"], [Error("#REF!")]], "T & U": rows}, kind, sheet=2))[1]
    errors = {line: cell for line, *cells in found for cell in cells if type(cell) is OutOfRange}
    assert {line: (one.text, one.code, one.why) for line, one in errors.items()} == {
        2: ("#N/A", "error_cell", "is an error of the sheet, in its cell T & U!B2"),
        4: ("#DIV/0!", "error_cell", "is an error of the sheet, in its cell T & U!A4"),
    }
    assert [row for row in found if row[0] not in errors] == [(3, None, 5), (5, 7, "#N/A")]


@pytest.mark.parametrize("kind", KINDS)
def test_tables_that_begin_further_right(book, kind):
    """Columns are those of the sheet, also where nothing stands in the first ones."""
    rows = [[None, None, None], [None, None, "sku", "qty"], [None, None, "A", Error("#N/A")], [None, None, Error(), 2]]
    for area in ("", "B:", "C2:D"):
        columns, found, bad = table(book(rows, kind, range=area) if area else book(rows, kind))
        assert (columns, bad) == (["sku", "qty"], [])
        assert [line for line, *_ in found] == [3, 4]
        assert [(found[0][1], found[1][2])] == [("A", 2)]
        assert [found[0][2].why[-4:], found[1][1].why[-4:]] == ["S!D3", "S!C4"]
    assert table(book(rows, kind, range="D2:"))[0] == ["qty"]


def test_rich_texts_of_an_xlsb(book):
    """The library leaves them out: they are no empty cells."""
    ((line, cell, other),) = table(book([["a", "b"], [Rich("bold"), 1]], "xlsb"))[1]
    assert (line, other, cell.code, cell.text) == (2, 1, "error_cell", "#UNREAD")
    assert cell.why == (
        "is a value that is written in a way that cannot be read, in the cell S!A2: save the workbook in a spreadsheet"
    )


SHEETS = {"Info": [["see", "next"]], " Prices 2024 ": [["sku"], ["A"]], "2023": [["old"]], "3": [["three"]]}


@pytest.mark.parametrize(
    ("sheet", "columns"),
    [
        (None, ["see", "next"]),
        (" Prices 2024 ", ["sku"]),
        ("prices 2024", ["sku"]),
        (2, ["sku"]),
        ("2", ["sku"]),
        (2023, ["old"]),
        ("3", ["three"]),
        (3, ["old"]),
    ],
)
def test_sheets_by_name_and_number(book, sheet, columns):
    """A text is a name first, a number counts the sheets first."""
    assert open_source(book(SHEETS, sheet=sheet)).columns() == columns


def test_a_sheet_that_is_hidden(tmp_path):
    """Is read by its name only."""
    path = write_xlsx(tmp_path / "b.xlsx", {"H": [["h"]], "V": [["v"]]}, hidden="H")
    # The first sheet of a workbook is the one that is open, which cannot be hidden.
    names = [
        open_source(ExcelSource(type="excel", path=str(path), sheet=sheet)).columns() for sheet in (None, 1, "H", "V")
    ]
    assert names in ([["v"], ["v"], ["h"], ["v"]], [["h"], ["h"], ["h"], ["v"]])


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (
            "Prizes 2024",
            "has no sheet 'Prizes 2024'; it has 'Info', ' Prices 2024 ', '2023', '3' .did you mean ' Prices 2024 '",
        ),
        (9, "has no sheet '9'"),
    ],
)
def test_a_sheet_that_is_not_there(book, sheet, words):
    """The message has the names of those that are."""
    with pytest.raises(SourceError, match=words):
        open_source(book(SHEETS, sheet=sheet)).columns()


TITLED = [
    ["Stock", None, None, "by x"],
    [],
    ["# note"],
    [None, "sku ", "qty", ""],
    [None, "A", 1],
    [None, "# out", 2],
    [None, None, 3, "!"],
    ["sum", None, 4],
]


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({"header_row": 4}, [(5, "A", 1), (6, "# out", 2), (7, None, 3), (8, None, 4)]),
        ({"skip": 3}, [(5, "A", 1), (6, "# out", 2), (7, None, 3), (8, None, 4)]),
        ({"skip": 1, "comment": "#"}, [(5, "A", 1), (7, None, 3), (8, None, 4)]),
        ({"range": "B4:C7"}, [(5, "A", 1), (6, "# out", 2), (7, None, 3)]),
        ({"range": "B3:", "comment": "#", "fill_down": "sku"}, [(5, "A", 1), (7, "A", 3), (8, "A", 4)]),
        ({"range": "B:C", "header_row": 4}, [(5, "A", 1), (6, "# out", 2), (7, None, 3), (8, None, 4)]),
        ({"range": "B6:C7", "header": ["sku", "qty"]}, [(6, "# out", 2), (7, None, 3)]),
        ({"header_row": 4, "null_values": ["A"]}, [(5, None, 1), (6, "# out", 2), (7, None, 3), (8, None, 4)]),
    ],
)
def test_where_the_table_stands(book, options, rows):
    """With the options of every file that holds a table; numbers of rows are those of the sheet."""
    assert table(book(TITLED, **options)) == (["sku", "qty"], rows, [])
    assert table(book(TITLED, **options), 1)[1] == rows


def test_cells_beyond_the_header_of_the_job(book):
    """Are a reject where they hold something."""
    _, rows, (bad,) = table(book([["A", 1], ["B", 2, None, "x"], ["C"]], header=["sku", "qty"]))
    assert rows == [(1, "A", 1), (3, "C", None)]
    assert (bad.line, bad.code, bad.cells) == (2, "ragged_line", ("B", 2, None, "x"))
    assert bad.reason == "too many cells: something stands in column C or beyond, where the header ends"


def test_cells_of_bad_lines_keep_their_types(book):
    """As those of rows; errors of the sheet are no texts. A group stands in them where it is known."""
    rows = [["A", 1, None], [None, 1.125, date(2024, 2, 29), "note"], [None, 2, Error()]]
    _, _, (long, unknown) = table(book(rows, fill_down="g", header=["g", "n", "d"]))
    assert long.cells == ("A", 1.125, date(2024, 2, 29), "note")
    assert (unknown.code, unknown.cells[:2]) == ("unknown_above", (None, 2))
    assert (str(unknown.cells[2]), type(unknown.cells[2])) == ("#N/A", OutOfRange)


def test_merged_headers(book):
    """A cell of the header that is merged with cells above it has their text; one merged to the right is the first."""
    rows = [["sku", "price", None, "note"], [None, "net", "gross", None], ["A", 1, 2, "x"]]
    merged = [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 4)]
    assert table(book(rows, header_row=2, merged=merged)) == (
        ["sku", "net", "gross", "note"],
        [(3, "A", 1, 2, "x")],
        [],
    )
    assert open_source(book(rows, range="B2:", merged=merged)).columns() == ["net", "gross", "note"]


def test_several_workbooks(tmp_path):
    """Are one source; what a spreadsheet leaves beside an open one is none of them."""
    for name in ("a", "b"):
        write_xlsx(tmp_path / f"{name}.xlsx", {"S": [["n", "m"], [1, name]]})
    (tmp_path / "~$a.xlsx").write_bytes(b"lock")
    source = open_source(ExcelSource(type="excel", path=str(tmp_path / "*.xlsx")))
    chunks = [(chunk.file, chunk.columns["m"]) for chunk in source.chunks(5)]
    assert chunks == [(f"{tmp_path}/a.xlsx#S", ["a"]), (f"{tmp_path}/b.xlsx#S", ["b"])]
    parts = pickle.loads(pickle.dumps(source.ranges(8)))
    assert [chunk.columns["m"] for part in parts for chunk in part.chunks(5)] == [["a"], ["b"]]


def test_only_new_workbooks(book):
    """One that was read is left out, as it is; it still says which columns there are."""
    spec = book([["a"], [1]], only_new=True)
    fingerprints = open_source(spec).fingerprints
    again = open_source(spec, SourceMemory(files=fingerprints))
    assert (list(fingerprints), again.fingerprints, list(again.chunks(5))) == ([spec.path], {}, [])
    assert again.columns() == ["a"]


def test_a_workbook_that_changes(book):
    """Between its header and its rows: its rows may be of two versions."""
    source = open_source(book([["a"], [1]]))
    source.columns()
    book([["a"], [1], [2], [3]])
    with pytest.raises(SourceError, match="has changed while it was read"):
        list(source.chunks(5))


def encrypted(path):
    """A container as Excel writes it for a workbook with a password."""
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))


def encrypted_ods(path):
    """A workbook whose manifest tells how it is encrypted."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")


def cut(path):
    """The first half of a workbook."""
    write_xlsx(path, {"S": [["a"], [1]]})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lost(path):
    """A workbook that names a part which it does not have: the library panics."""
    WRITERS["xlsb"](path, {"S": [["a"]]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(b'Id="rId1"', b'Id="rId7"'))


def cut_ods(path):
    """A workbook of which the XML ends behind a row: the library would read on without end."""
    write_ods(path, {"S": [["a"], ["b"]]})
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content[: content.rindex(b"<table:table-row>")])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (cut_ods, "the workbook cannot be read: no element found.*does it open in a spreadsheet"),
        (lost, "the workbook cannot be read: no entry found"),
        (encrypted, "is protected by a password .save it without one"),
        (encrypted_ods, "is protected by a password"),
        (cut, "the workbook cannot be read: .*does it open in a spreadsheet"),
        (lambda path: path.write_bytes(b""), "the file is empty"),
        (lambda path: path.write_text("a;b\n1;2\n"), "is no workbook: it starts with b'a;b.*type: csv"),
        (lambda path: path.mkdir(), "is a folder"),
        (
            lambda path: write_xlsx(path, {"Empty": [], "T": [["a"]]}),
            "the sheet 'Empty' is empty .*other sheets are 'T'",
        ),
        (lambda path: write_xlsx(path, {"S": [["a", "a"]]}), "the sheet 'S': row 1: the header names more than one"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, make, words):
    """Say why, and what helps."""
    make(tmp_path / "book.xlsx")
    with pytest.raises(SourceError, match=words):
        open_source(ExcelSource(type="excel", path=str(tmp_path / "book.xlsx"))).columns()


def test_header_rows_that_are_empty(book):
    """Name the next one that is not."""
    with pytest.raises(SourceError, match="header_row: 2, but that row is empty"):
        open_source(book(TITLED, header_row=2, comment="#")).columns()


def test_a_cell_far_away(tmp_path):
    """Would fill the memory, where it ends the process: it is refused before, unless nothing stands in it."""
    far = write_xlsx(tmp_path / "far.xlsx", {"S": [["a"], [1]]})
    xml = b'<row r="1048576"><c r="XFD1048576"%s</row></sheetData>'
    for cell, found in ((b"><v>1</v></c>", "XFD1048576, over 67,108,864 cells"), (b' s="0"/>', "")):
        path = tmp_path / f"{bool(found)}.xlsx"
        with zipfile.ZipFile(far) as old, zipfile.ZipFile(path, "w") as new:
            for one in old.namelist():
                new.writestr(one, old.read(one).replace(b"</sheetData>", xml % cell))
        source = open_source(ExcelSource(type="excel", path=str(path)))
        if found:
            with pytest.raises(SourceError, match=found):
                source.columns()
        else:
            assert source.columns() == ["a"]


def test_repeated_cells_of_an_ods(tmp_path):
    """Errors below them stand where the sheet has them."""
    path = write_ods(tmp_path / "book.ods", {"S": [["a", "b", "c"], [1, 2, 3], [1, 2, Error()]]})
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    old = "".join(f'<table:table-cell office:value-type="float" office:value="{n}"/>' for n in (1, 2))
    new = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1"/>'
    content = content.replace(f"<table:table-row>{old}", f'<table:table-row table:number-rows-repeated="3">{new}', 1)
    content = content.replace(f"<table:table-row>{old}", f"<table:table-row>{new}", 1)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    rows = table(ExcelSource(type="excel", path=str(path)))[1]
    assert [row[:3] for row in rows] == [(line, 1, 1) for line in (2, 3, 4, 5)]
    assert rows[-1][3].why.endswith("S!C5")
