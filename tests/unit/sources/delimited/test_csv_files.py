"""CSV files: what survives, what becomes a reject, what stops the job, each with its place."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.delimited.bad_lines import MAX_COLUMNS
from odoo_etl.sources.files.text import BLOCK_BYTES
from odoo_etl.spec.sources import CsvSource


@pytest.fixture
def write(tmp_path):
    """Write a file and describe it as a source."""

    def write(content: bytes | str, name: str = "rows.csv", **options) -> CsvSource:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return CsvSource(type="csv", path=options.pop("path", str(path)), **options)

    return write


def filler(size: int) -> tuple[bytes, int]:
    """So many bytes of rows of two cells, few and long, and how many rows they are."""
    whole, rest = divmod(size, 1024)
    sizes = [1024] * whole + [rest] * bool(rest)
    return b"".join(b"1;" + b"x" * (one - 3) + b"\n" for one in sizes), len(sizes)


def chunks(spec: CsvSource, size: int = 1000):
    """All chunks of a source."""
    return list(open_source(spec).chunks(size))


def table(spec: CsvSource):
    """All rows of a source that has one column of interest, `a`, with their lines."""
    return [pair for chunk in chunks(spec) for pair in zip(chunk.lines, chunk.columns["a"], strict=True)]


@pytest.mark.parametrize("cell", ["NA", "null", "None", "nan", "01000", "1e5", "1.0", "True", "-", " x ", "#N/A"])
def test_no_cell_is_guessed(write, cell):
    """A cell is the text that the file holds, whatever it looks like."""
    assert table(write(f"a;b\n{cell};x\n")) == [(2, cell)]


def test_only_null_values_are_null(write):
    """`null_values` become None, exactly as written; without any, an empty cell is empty text."""
    assert table(write("a;b\n;x\n-;x\n- ;x\n", null_values=("-",))) == [(2, ""), (3, None), (4, "- ")]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "cp1252"),
        ("latin-1", "latin-1"),
        ("utf-16", "utf-16"),
    ],
)
def test_encodings(write, encoding, said):
    """Text is decoded as the job says; a byte order mark is never part of the first name."""
    assert table(write("a;b\nGröße ½;x\n".encode(encoding), encoding=said)) == [(2, "Größe ½")]


@pytest.mark.parametrize("name", ["rows.csv.gz", "rows.csv"])
def test_gzip_is_recognised(write, name):
    """Packed files are unpacked, whatever they are called."""
    assert table(write(gzip.compress(b"a;b\n1;x\n"), name)) == [(2, "1")]


def test_broken_gzip(write):
    """A packed file that was cut off is a source error."""
    with pytest.raises(SourceError, match=r"rows\.csv: cannot be read: .*end-of-stream"):
        chunks(write(gzip.compress(b"a;b\n" + b"1;x\n" * 1000)[:-20]))


def test_globs_come_in_sorted_order(write):
    """Files of one pattern follow each other by name; lines start again in each, and no chunk spans two."""
    for name in ("c", "a", "b"):
        spec = write(f"a;b\n{name};x\n", f"in/{name}.csv")
    read = chunks(spec.model_copy(update={"path": str(Path(spec.path).parent / "*.csv")}))
    assert [(Path(chunk.file).name, chunk.lines, chunk.columns["a"]) for chunk in read] == [
        ("a.csv", [2], ["a"]),
        ("b.csv", [2], ["b"]),
        ("c.csv", [2], ["c"]),
    ]


def test_files_may_order_their_columns_differently(write, tmp_path):
    """Columns go by name; the first file gives the order."""
    write("a;b\n1;2\n", "1.csv")
    write("b;a\n4;3\n6;5;x\n7\n", "2.csv")
    read = chunks(CsvSource(type="csv", path=str(tmp_path / "*.csv")))
    assert [list(chunk.columns.items()) for chunk in read] == [
        [("a", ["1"]), ("b", ["2"])],
        [("a", ["3"]), ("b", ["4"])],
    ]
    assert [bad.cells for bad in read[1].bad] == [("5", "6", "x"), (None, "7")]


def test_files_with_other_columns(write, tmp_path):
    """A file of the pattern with other columns stops the job, and both files are named."""
    write("a;b\n", "1.csv")
    write("a;c\n", "2.csv")
    with pytest.raises(SourceError, match=r"2\.csv: other columns than .*1\.csv: lacks \['b'\], has \['c'\]"):
        open_source(CsvSource(type="csv", path=str(tmp_path / "*.csv"))).columns()


@pytest.mark.parametrize(("name", "message"), [("gone.csv", "no such file"), ("*.gone", "no file matches")])
def test_no_file(tmp_path, name, message):
    """A path that leads nowhere is a source error, also as a pattern."""
    with pytest.raises(SourceError, match=message):
        open_source(CsvSource(type="csv", path=str(tmp_path / name))).columns()


def test_a_file_with_pattern_characters_in_its_name(write):
    """A path that exists is no pattern."""
    assert table(write("a;b\n1;x\n", "rows [1].csv")) == [(2, "1")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("\n \r\n", "the file is empty"),
        ("a;a;a\n", r"line 1: the header names more than one column 'a'; no column has a name of its own"),
        ('\n;;"\xa0"\n', r"line 2: the header has no name; no column has a name of its own"),
        ("a\0;b\n", r"line 1: the header cannot be read: the line holds a NUL character .*utf-16-le"),
        ('a;"b\n1;2\n', r"line 1: the header .*the quote \" that opens a cell is not closed"),
        ('a;"b"c\n1;2\n', r"line 1: the header .*'c' stands after a closing quote"),
    ],
)
def test_headers_that_cannot_be(write, content, message):
    """A header that names no column is an error before any row."""
    with pytest.raises(SourceError, match=message):
        open_source(write(content, delimiter=";")).columns()


def test_a_header_alone(write):
    """A file without rows has columns and no chunk."""
    source = open_source(write('"first name";b'))
    assert (source.columns(), list(source.chunks(10))) == (["first name", "b"], [])


def test_lines_are_physical_lines(write):
    """Quoted line breaks, blank lines, bad lines and every kind of line end count as an editor counts them."""
    content = 'a;b\n1;"x\ny"\r\n\n   \n2;"p\r\nq\rr"\n3;x;x\r4;x'
    read = chunks(write(content, delimiter=";"))
    assert [(chunk.lines, chunk.columns["a"]) for chunk in read] == [([2, 6, 10], ["1", "2", "4"])]
    assert read[0].columns["b"] == ["x\ny", "p\r\nq\rr", "x"]
    assert [bad.line for bad in read[0].bad] == [9]


def test_ragged_lines_become_bad_lines(write):
    """Too few or too many cells cost one line; its cells and its place are kept, its neighbours are read."""
    read = chunks(write('a;b\n1;2\nx\n3;4\n"p ""q""";"r;\ns";t\n5;6\n', delimiter=";"))
    assert table(write('a;b\n1;2\nx\n3;4\n"p ""q""";"r;\ns";t\n5;6\n', delimiter=";")) == [(2, "1"), (4, "3"), (7, "5")]
    assert [(bad.line, bad.code, bad.cells) for bad in read[0].bad] == [
        (3, "ragged_line", ("x",)),
        (5, "ragged_line", ('p "q"', "r;\ns", "t")),
    ]
    assert read[0].bad[0].reason == "too few cells: 1 where the header has 2"
    assert read[0].bad[1].reason == "too many cells: 3 where the header has 2"


def test_nul_characters_become_bad_lines(write):
    """A line with a NUL, which Odoo could not store, is rejected and shown."""
    (chunk,) = chunks(write("a;b\n1;x\n2;y\0z\n3;x\n"))
    assert chunk.columns["a"] == ["1", "3"]
    assert [(bad.line, bad.code, bad.cells) for bad in chunk.bad] == [(3, "nul_character", ("2", "y␀z"))]


def test_bad_lines_come_with_the_rows_around_them(write):
    """Every bad line is given once, in order, in the chunk in which its turn comes."""
    content = "a;b\n" + "".join(f"{n};x\n" if n % 3 else f"{n}\n" for n in range(1, 11))
    read = chunks(write(content), 2)
    assert [(chunk.lines, [bad.line for bad in chunk.bad]) for chunk in read] == [
        ([2, 3], []),
        ([5, 6], [4]),
        ([8, 9], [7]),
        ([11], [10]),
    ]


def test_only_bad_lines(write):
    """A file of bad lines gives chunks without rows, none with more bad lines than a chunk may have rows."""
    read = chunks(write("a;b\n" + "x\n" * 5), 2)
    assert [(chunk.lines, [bad.line for bad in chunk.bad]) for chunk in read] == [([], [2, 3]), ([], [4, 5]), ([], [6])]
    assert read[0].columns == {"a": [], "b": []}


def test_blocks_do_not_show(write):
    """Rows, lines and bad lines are right wherever the file is cut for reading."""
    rows = BLOCK_BYTES // 30
    content = "a;b\r\n" + "".join(f'{n};"ä{"x" * 30}\r\n"\r\n' if n % 10 else f"{n}\r\n" for n in range(rows))
    assert len(content) > 1.1 * BLOCK_BYTES
    read = chunks(write(content), 700)
    good = [n for n in range(rows) if n % 10]
    assert [int(a) for chunk in read for a in chunk.columns["a"]] == good
    assert [line for chunk in read for line in chunk.lines] == [2 + 2 * n - (n + 9) // 10 for n in good]
    assert [int(bad.cells[0]) for chunk in read for bad in chunk.bad] == list(range(0, rows, 10))


@pytest.mark.parametrize("before", [4, BLOCK_BYTES - 8, BLOCK_BYTES * 2])
@pytest.mark.parametrize(
    ("encoding", "bad", "value"),
    [("utf-8-sig", b"\xff", "0xff"), ("utf-8", b"\xe2\x82", "0xe2"), ("ascii", b"\xc3", "0xc3")],
)
def test_an_undecodable_byte_names_its_place(write, before, encoding, bad, value):
    """The error names file, line, byte, offset and encoding, also beyond the first block."""
    rows, count = filler(before)
    start = b"a;b\n" + rows + b'2;"'
    message = rf"rows\.csv: line {count + 2}: byte {value} at offset {len(start)} is not {encoding} text \(set encoding"
    with pytest.raises(SourceError, match=message):
        chunks(write(start + bad + b'"\n3;x\n', encoding=encoding))


def test_a_character_cut_off_at_the_end(write):
    """Half a character at the end of the file is undecodable too."""
    with pytest.raises(SourceError, match=r"line 2: byte 0xc3 at offset 6"):
        chunks(write(b"a;b\n1;\xc3"))


@pytest.mark.parametrize(
    ("content", "said", "remedy"),
    [
        ("a;b\n".encode("utf-16"), "cp1252", "set encoding: utf-16"),
        ("a;b\n".encode("utf-8-sig"), "latin-1", "set encoding: utf-8-sig"),
        ("a;b\n".encode("utf-16"), "utf-8-sig", "set encoding: utf-16"),
    ],
)
def test_a_byte_order_mark_that_contradicts_the_job(write, content, said, remedy):
    """A file that says what it is written in is not read as something else."""
    with pytest.raises(SourceError, match=remedy):
        open_source(write(content, encoding=said)).columns()


def test_a_folder_is_no_file(tmp_path):
    """A path that names a folder is a source error that says so."""
    with pytest.raises(SourceError, match=r"is a folder; name a file in it, or a pattern"):
        open_source(CsvSource(type="csv", path=str(tmp_path))).columns()


@pytest.mark.parametrize(("columns", "is_read"), [(MAX_COLUMNS, True), (MAX_COLUMNS + 1, False)])
def test_a_header_may_have_as_many_columns_as_a_spreadsheet(tmp_path, columns, is_read):
    """One more is most likely read with another delimiter than it has."""
    path = tmp_path / "rows.csv"
    path.write_text(";".join(f"c{number}" for number in range(columns)) + "\n", "utf-8")
    source = open_source(CsvSource(type="csv", path=str(path), delimiter=";"))
    if is_read:
        assert len(source.columns()) == columns
    else:
        with pytest.raises(SourceError, match=f"has {columns:,} columns; at most {MAX_COLUMNS:,} are read"):
            source.columns()
