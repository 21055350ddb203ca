"""CSV files as spreadsheets, old programs and web sites make them, and files that are no CSV at all."""

from __future__ import annotations

import gzip

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.files.text import BLOCK_BYTES
from tests.unit.sources.delimited.test_csv_files import chunks, filler, table
from tests.unit.sources.delimited.test_csv_files import write as write  # noqa: PLC0414 - a fixture


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("said", ["utf-8-sig", "utf-16", "cp1252"])
def test_wide_text_without_mark(write, encoding, said):
    """Text of two or four bytes a character is known by its zeros, and its encoding named; that one reads it."""
    content = "réf;name\n1;x\n".encode(encoding)
    with pytest.raises(SourceError, match=rf"rows\.csv: is {encoding} text .*\(set encoding: {encoding}\)"):
        open_source(write(content, encoding=said)).columns()
    assert open_source(write(content, encoding=encoding)).columns() == ["réf", "name"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_text_with_a_mark(write, encoding):
    """The mark of UTF-32 begins with that of UTF-16; each is called by its own name, and that one reads it."""
    content = "ref;name\n1;x\n".encode(encoding)
    other = {"utf-16": "utf-32", "utf-32": "utf-16"}[encoding]
    for said in ("utf-8-sig", other):
        with pytest.raises(SourceError, match=rf"byte order mark of {encoding}, .*\(set encoding: {encoding}\)"):
            open_source(write(content, encoding=said)).columns()
    assert open_source(write(content, encoding=encoding)).columns() == ["ref", "name"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04\x14\0\6\0[Content_Types].xml", "is an Excel workbook (.xlsx), not CSV (set type: excel"),
        (b"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK", "is an OpenDocument spreadsheet"),
        (b"PK\x03\x04\x14\0rows.csv", "is a ZIP archive, not CSV (its end is missing"),
        (gzip.compress(b"PK\x03\x04\x14\0rows.csv", mtime=0), "is a ZIP archive, not CSV (its end is missing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "is an Excel workbook (.xls)"),
        (b"PAR1\x15\x04", "is a Parquet file, not CSV (set type: parquet"),
        (b"%PDF-1.7\n", "is a PDF document"),
        (b"BZh91AY", "is packed with bzip2"),
        (b"a.csv".ljust(257, b"\0") + b"ustar", "is a tar archive"),
        (b"SQLite format 3\0", "is an SQLite database, not CSV (read it with type: sql)"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>\n<html>", "is an HTML page"),
        (b'<?xml version="1.0"?>', "is an XML file"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_file_of_another_kind(write, content, says, encoding):
    """Is called by its name, whatever its file is called; no encoding would make it a table."""
    with pytest.raises(SourceError) as caught:
        open_source(write(content, encoding=encoding)).columns()
    assert f"rows.csv: {says}" in str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "byte", "says"),
    [
        ("latin-1", b"\x80", "'€' in cp1252 (set encoding: cp1252 in the job"),
        ("iso-8859-1", b"\x92", "'’' in cp1252"),
        ("l1", b"\x85", "'…' in cp1252"),
        ("iso-8859-15", b"\x96", "'–' in cp1252"),
        ("iso-8859-2", b"\x8a", "'Š' in cp1250"),
    ],
)
@pytest.mark.parametrize("before", [0, BLOCK_BYTES - 4, BLOCK_BYTES - 8])
def test_control_characters_that_are_letters_of_windows(write, encoding, byte, says, before):
    """No table holds them: what the file is really written in is named, with the place."""
    rows, count = filler(before)
    content = b"a;b\n" + rows + b"1\xe9;x" + byte + b"y\n"
    with pytest.raises(SourceError) as caught:
        chunks(write(content, encoding=encoding))
    place = f"line {count + 2}, column 5: byte 0x{byte.hex()} is a control character in {encoding}, and "
    assert place + says in str(caught.value)


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "utf-8"])
def test_other_encodings_have_letters_there(write, encoding):
    """The same bytes are read."""
    assert table(write("a;b\nÄ\u2019é;x\n".encode(encoding, "replace"), encoding=encoding))[0][1][0] == "Ä"


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=; "])
@pytest.mark.parametrize("options", [{}, {"delimiter": ";"}])
def test_a_first_line_that_names_the_delimiter(write, first, options):
    """Is obeyed as Excel does, and is no header; lines count it."""
    spec = write(f"{first}\r\na,1;b,1\r\n1,5;x\r\n", **options)
    assert open_source(spec).columns() == ["a,1", "b,1"]
    assert chunks(spec)[0].lines == [3]


def test_blanks_around_names(write):
    """Are not theirs, no-break spaces among them, unless that would make two names one."""
    assert open_source(write("\ufeff a ;b\xa0;c d\n")).columns() == ["a", "b", "c d"]
    assert open_source(write("a; a;b \n")).columns() == ["a", " a", "b"]


@pytest.mark.parametrize("row", [";", ";;;", '"";""', '"";', '""', ""])
@pytest.mark.parametrize("width", [1, 2, 5])
def test_rows_of_nothing(write, row, width):
    """Whatever number of cells they have: they are not read, and not counted."""
    names, full = ";".join("abcde"[:width]), ";".join("12345"[:width])
    (chunk,) = chunks(write(f"{names}\n{full}\n{row}\n{full}\n{row}", delimiter=";", null_values=()))
    assert (chunk.lines, chunk.columns["a"], chunk.bad) == ([2, 4], ["1", "1"], ())


@pytest.mark.parametrize(("row", "kept"), [("  ;  ", ["  "]), ("  ", []), ("\t", []), ('" ";x', [" "]), ("-;-", ["-"])])
def test_rows_of_blanks(write, row, kept):
    """Are rows, since a blank is text; a line of blanks that is no row is nothing."""
    (chunk,) = chunks(write(f"a;b\n1;2\n{row}\n", delimiter=";", null_values=("", "-")))
    assert (chunk.columns["a"], chunk.bad) == (["1", *(None if cell == "-" else cell for cell in kept)], ())


def test_the_end_of_file_of_dos(write):
    """Is no line, and keeps nobody from finding the delimiter."""
    (chunk,) = chunks(write("a;b\r\n1;x\r\n\x1a"))
    assert (chunk.columns, chunk.bad) == ({"a": ["1"], "b": ["x"]}, ())


@pytest.mark.parametrize("quote", ["", '"'])
def test_cells_of_many_megabytes(write, quote):
    """Are read whole, and so are the rows around them."""
    big = "QUJD" * (2 << 20)
    read = chunks(write(f"a;b\n1;x\n2;{quote}{big}{quote}\n3;y\n"))
    assert [line for chunk in read for line in chunk.lines] == [2, 3, 4]
    assert [cell for chunk in read for cell in chunk.columns["b"]] == ["x", big, "y"]
