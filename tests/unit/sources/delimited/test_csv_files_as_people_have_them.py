"""Lines before the header, files without one, comments, short rows, groups named once, long delimiters."""

from __future__ import annotations

import pickle

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import BadLine, Headed, open_source
from odoo_etl.sources.files.table_files import LEAST_RANGE_BYTES
from odoo_etl.sources.files.text import BLOCK_BYTES
from odoo_etl.spec.sources import CsvSource
from tests.pairs import in_turns


@pytest.fixture
def read(tmp_path):
    """Write a file; its columns and rows with their lines, and its bad lines."""

    def read(content: str, chunk_rows: int = 1000, **options):
        path = tmp_path / "rows.csv"
        path.write_bytes(content.encode(options.get("encoding", "utf-8")))
        return table(open_source(CsvSource(type="csv", path=str(path), **options)), chunk_rows)

    return read


def table(source, chunk_rows: int = 1000):
    """The columns, the rows with their lines, and the bad lines of a source."""
    chunks = list(source.chunks(chunk_rows))
    rows = [
        (line, *cells)
        for chunk in chunks
        for line, cells in zip(chunk.lines, zip(*chunk.columns.values(), strict=True), strict=True)
    ]
    return source.columns(), rows, [bad for chunk in chunks for bad in chunk.bad]


AB = (["a", "b"], [(4, "1", "2")], [])


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("Stock of 2024, all\n\na;b\n1;2\n", {"skip": 2}),
        ("Stock of 2024, all\n\na;b\n1;2\n", {"header_row": 3}),
        ('"Stock, "all"\r\n"\r\na;b\r\n1;2\r\n', {"skip": 2}),
        ("by;x;y;z\r1;2;3;4\ra;b\r1;2", {"header_row": 3}),
        ("\n\na;b\n1;2", {"skip": 1}),
        ("title\nsep=;\na;b\n1;2", {"skip": 1}),
        ("sep=;\ntitle, of it\na;b\n1;2", {"skip": 2}),
        ("# by x; y\n# and\na;b\n1;2\n# end", {"comment": "#"}),
        ("sep=;\n# and, x, y, z\na;b\n1;2\n", {"comment": "#"}),
        ("x;y\nx\n\n1;2", {"header": ["a", "b"], "skip": 3}),
        ("//\n// by x\n//\n1;2\n", {"header": ["a", " b "], "comment": "//", "delimiter": ";"}),
    ],
)
def test_what_is_no_part_of_the_table(read, content, options):
    """Is left out before anything is made of it, and counts as lines of the file."""
    assert read(content, **options) == AB


@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_a_file_without_a_header(read, mark):
    """Has the names that the job gives; what has none is not read, and a first line such as sep=; is no row."""
    assert read(f"{mark}1;2;3\n4;5;6\n", header=["a", "", "c"]) == (["a", "c"], [(1, "1", "3"), (2, "4", "6")], [])
    assert read(f"{mark}sep=|\n1|2\n", header=["a", "b"]) == (["a", "b"], [(2, "1", "2")], [])
    assert read(mark, header=["a", "b"]) == (["a", "b"], [], [])


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("t\n\na;b\n", {"header_row": 2}, "header_row: 2, but that line is empty"),
        ("a;b\n1;2\n", {"skip": 5}, "empty below its first 5 lines, which are left out"),
        ("a;b\n1;2\n", {"header_row": 4}, "empty below its first 3 lines"),
        ("# a;b\n", {"comment": "#"}, "the file is empty"),
        ("a;b\n1;2\n", {"fill_down": ["c", "a"]}, "fill_down names 'c'; the columns are 'a', 'b'"),
    ],
)
def test_what_is_said_and_is_not_so(read, content, options, words):
    """Is an error that names the place."""
    with pytest.raises(SourceError, match=words):
        read(content, **options)


def test_columns_that_cannot_be_read_by_name(read, tmp_path):
    """Are left out of the rows; whoever asks for one is told where they stand."""
    columns, rows, bad = read('x;a;;"x";b\xa0;\n1;2;3;4;5;6\n7;8\n7;8;9;1;2;3;4\n')
    assert (columns, rows) == (["a", "b"], [(2, "2", "5")])
    few, many = "too few cells: 2 where the header has 6", "too many cells: 7 where the header has 6"
    assert bad == [BadLine(3, "ragged_line", few, ("8",)), BadLine(4, "ragged_line", many, ("8", "2", "4"))]
    source = open_source(CsvSource(type="csv", path=str(tmp_path / "rows.csv")))
    assert isinstance(source, Headed)
    assert source.ambiguous == {"x": "columns 1 and 4"}


def test_a_trailing_delimiter(read):
    """Makes a column without a name; a row may have it or not."""
    assert read("a;b;\n1;2;\n3;4\n5;6;7\n")[1:] == ([(2, "1", "2"), (3, "3", "4"), (4, "5", "6")], [])


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("1", ("1", None, None)),
        ('1;"x;""y"', ("1", 'x;"y', None)),
        ("1;2;3;", ("1", "2", "3")),
        ('1;2;"3;"""; ;"";\xa0', ("1", "2", '3;"')),
        (";2", (None, "2", None)),
        ('"1\n1";2', ("1\n1", "2", None)),
    ],
)
def test_short_rows_are_padded(read, row, cells, end):
    """What they lack is empty; empty cells beyond the header are no cells."""
    _, rows, bad = read(f"a;b;c\n0;0;0\n{row}{end}", ragged="pad", delimiter=";")
    assert (rows, bad) == ([(2, "0", "0", "0"), (3, *cells)], [])


def test_what_is_no_row_when_padded(read):
    """A cell that holds something beyond the header, malformed quotes, and nothing at all."""
    _, rows, bad = read('a;b\n1;2;3\n;;\n"1"x\n1;2;;x\n\n4\n', ragged="pad")
    assert rows == [(7, "4", None)]
    assert [(one.line, one.code) for one in bad] == [(2, "ragged_line"), (4, "bad_quote"), (5, "ragged_line")]


def test_padding_and_escapes(read):
    """An escape at the end of a short row takes no meaning from what is added."""
    assert read("a;b;c\nx\\\n1;2\\\\\n", ragged="pad", escape="\\", delimiter=";")[1] == [(2, "x\n1", "2\\", None)]


def test_comments_are_lines_not_cells(read):
    """In a quoted cell nothing is a comment, and nothing in a comment is a quote."""
    content = 'a;b\n#;"\n1;"x\n# y"\n  # 2;3\n#\n"#4";#5\n'
    _, rows, bad = read(content, comment="#")
    assert (rows, bad) == ([(3, "1", "x\n# y"), (5, "  # 2", "3"), (7, "#4", "#5")], [])


def test_comments_and_escapes(read):
    r"""A `\` at the end of a comment takes no meaning from its line break; an escaped quote does not end a cell."""
    content = 'a;b\n# C:\\\n1;"x\\"\n# y"\n3;\\\n4\n#;;\n'
    _, rows, bad = read(content, comment="#", escape="\\")
    assert (rows, bad) == ([(3, "1", 'x"\n# y'), (5, "3", "\n4")], [])


def test_a_table_of_one_column_with_comments(read):
    """Where no number of delimiters tells a comment from a row."""
    assert read("a\n#1\n2\n", comment="#")[1] == [(3, "2")]


def test_groups_that_are_named_once(read):
    """An empty cell is the last one above it that is not, across chunks; nothing stands above the first row."""
    content = "g;n\n;1\nA;2\n;3\n \n;;\n;4\n B;5\n  ;6\n"
    for chunk_rows in (1, 2, 1000):
        _, rows, _ = read(content, chunk_rows, fill_down="g", ragged="pad")
        assert rows == [(2, None, "1"), (3, "A", "2"), (4, "A", "3"), (7, "A", "4"), (8, " B", "5"), (9, " B", "6")]


def test_a_group_whose_name_could_not_be_read(read):
    """What would be filled with the name of another group is a reject, up to the next name."""
    content = "g;n\nA;1\nB;2;x\n;3\n;4\nC;5\n;6\n"
    for chunk_rows in (1, 3, 1000):
        _, rows, bad = read(content, chunk_rows, fill_down=["g"], delimiter=";")
        assert rows == [(2, "A", "1"), (6, "C", "5"), (7, "C", "6")]
        assert [(one.line, one.code, one.cells) for one in bad] == [
            (3, "ragged_line", ("B", "2", "x")),
            (4, "unknown_above", (None, "3")),
            (5, "unknown_above", (None, "4")),
        ]
    assert bad[1].reason == "'g' is empty, and the line above that it stands for could not be read"


def test_the_group_of_a_line_that_is_no_row(read):
    """Stands in its cells where it is empty there and known above, so that who mends the line sees it."""
    content = "n;g\n1;A\n2;;x\n3;B;x\n4;;x\n5;C\n6;-;x\n7;D\n8\n"
    for chunk_rows in (1, 3, 1000):
        bad = read(content, chunk_rows, fill_down=["g"], null_values=["", "-"], delimiter=";")[2]
        assert [one.cells for one in bad] == [
            ("2", "A", "x"),
            ("3", "B", "x"),
            ("4", "", "x"),
            ("6", "C", "x"),
            ("8", "D"),
        ]


LONG = ["||", "~|~", "::", " - ", "¦", "|\t|", "§§"]


@pytest.mark.parametrize("mark", LONG)
def test_delimiters_of_several_characters(read, mark):
    """Also ones that are not ASCII, in quoted cells, and beside control characters."""
    content = f'a{mark}b\n"x{mark}y"{mark}1\n\x1f{mark}{mark[:-1]}\n3\n"4"x{mark}5{mark}6\n'
    columns, rows, bad = read(content, delimiter=mark)
    assert (columns, rows) == (["a", "b"], [(2, f"x{mark}y", "1"), (3, "\x1f", mark[:-1] or None)])
    assert [(one.code, one.cells) for one in bad] == [("ragged_line", ("3",)), ("bad_quote", ('"4"x', "5", "6"))]


@pytest.mark.parametrize("at", range(-3, 3))
def test_a_delimiter_that_two_blocks_share(read, at):
    """Is one all the same."""
    head = "a~|~b\n"
    row = f"{'x' * (BLOCK_BYTES - len(head) + at)}~|~2\n"
    _, rows, bad = read(f"{head}{row}3~|~4", delimiter="~|~")
    assert ([(line, b) for line, _, b in rows], bad) == ([(2, "2"), (3, "4")], [])


OPTIONS = {
    "skip": ("t\n;;;\na;b\n", {"skip": 2, "delimiter": ";"}, ";"),
    "header": ("", {"header": ["a", "b"], "delimiter": ";"}, ";"),
    "comment": ("# é\na;b\n", {"comment": "#"}, ";"),
    "long": ("title é\na||b\n", {"delimiter": "||", "header_row": 2}, "||"),
    "pad": ("a;b;\n", {"ragged": "pad"}, ";"),
    "fill": ("a;b\n", {"fill_down": "a"}, ";"),
}


@pytest.mark.parametrize(("option", "mark"), in_turns(list(OPTIONS), ["\ufeff", ""]))
def test_ranges_hold_the_same_rows(tmp_path, option, mark):
    """With every option, several processes read what one reads; a file that is filled down is read in one piece."""
    head, options, delimiter = OPTIONS[option]
    path = tmp_path / "rows.csv"
    rows = "".join(f'"é\n{n}"{delimiter}{"x" * 2100}\n' for n in range(2000))
    path.write_text(mark + head + rows, encoding="utf-8", newline="")
    assert path.stat().st_size > 4 * LEAST_RANGE_BYTES
    source = open_source(CsvSource(type="csv", path=str(path), **options))
    ranges = [pickle.loads(pickle.dumps(one)) for one in source.ranges(4)]
    assert (len(ranges) == 1) == (option == "fill")
    found = [row for one in ranges for row in table(one)[1]]
    assert found == table(source)[1]
    assert len(found) == 2000
