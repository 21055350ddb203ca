"""Malformed quotes cost their own record; the next one begins where the decision says."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.files.text import BLOCK_BYTES
from odoo_etl.spec.sources import CsvSource
from tests.examples import examples
from tests.unit.sources.delimited.reference import Reader
from tests.unit.sources.delimited.test_csv_files import filler
from tests.unit.sources.delimited.test_csv_files_dialects import read

PIECES = [
    "a",
    "b",
    ";",
    ";",
    '"',
    '"',
    '""',
    "\n",
    "\n",
    '"\n',
    ';"',
    '";',
    "\r\n",
    " ",
    "1;2\n",
    '"x";y\n',
    "\\",
    '\\"',
]


@pytest.fixture
def chunk(tmp_path):
    """The only chunk of a file with columns a and b, or others."""

    def chunk(text: str, head: str = "a;b\n", **options):
        path = tmp_path / "rows.csv"
        path.write_bytes((head + text).encode())
        (found,) = open_source(CsvSource(type="csv", path=str(path), delimiter=";", **options)).chunks(1000)
        return found

    return chunk


def found(chunk):
    """The lines of rows and of bad lines, and the codes of these."""
    return chunk.lines, [bad.line for bad in chunk.bad], {bad.code for bad in chunk.bad}


@pytest.mark.parametrize(
    ("text", "rows", "bad"),
    [
        ('1;"six" inches\n2;y\n', [3], [2]),
        ('1;"six" inches"\n2;y\n', [3], [2]),
        ('"1" ;x\n2;y\n', [3], [2]),
        ('1;"x\n2;"y"\n3;z\n', [4], [2]),
        ('1;"x\n2;"y"\n3;"z"\n4;"u"\n', [4, 5], [2]),
        ('1;"a "b" c\nd"\n2;y\n', [4], [2]),
        ('1;"a "b" and\nthen; more\nlast; c"\n2;y\n', [5], [2]),
        ('"the 6" pipe\nthe 8" pipe";5\nx;y\n', [4], [2]),
        ('1;"a"b"\n2;"x\ny"\n', [3], [2]),
        ('1;"a"b;"x\ny"\n2;y\n', [4], [2]),
        ('1;"a"b\n2;8"\n3;y\n', [3, 4], [2]),
        ('1;"a" 8"\n2;8"\n3;y\n', [3, 4], [2]),
        ('1;"a" 8" b\n2;8"\n3;y\n', [4], [2]),
        ('1;"open\n2;y\n3;z\n', [3, 4], [2]),
        ('1;x\n2;"open\nDear Sir,\nthank you; that is all\n', [2], [3]),
        ('1;"open\ntext\ntext\n' + "2;y\n" * 10, list(range(5, 15)), [2]),
        ('1;"open\ntext\ntext\n' + "2;y\n" * 9, [], [2]),
        ('1;x"\n2;6" pipe\n3;y"z\n', [2, 3, 4], []),
        ('1;"a "b" c\n' + "2;y\n" * 9 + '3;d"\n4;z\n', [13], [2]),  # ten lines ahead a cell may go on
        ('1;"a "b" c\n' + "2;y\n" * 10 + '3;d"\n4;z\n', list(range(3, 15)), [2]),  # and not eleven
        ('1;"open\n' + "2;y\n" * 5 + "\n" * 35 + "2;y\n" * 5, [*range(3, 8), *range(43, 48)], [2]),
        ('1;"open\n' + "2;y\n" * 5 + "\n" * 36 + "2;y\n" * 5, [], [2]),  # so far apart they prove nothing
    ],
)
def test_where_the_next_record_begins(chunk, text, rows, bad):
    """A record with malformed quotes is one reject; the others are rows."""
    assert found(chunk(text))[:2] == (rows, bad)
    assert found(chunk(text))[2] <= {"bad_quote"}


def test_what_a_malformed_record_says(chunk):
    """Its cells stand as in the file where they are malformed, so that nobody takes them for what was meant."""
    (bad,) = chunk('1;"say ""x""";"six"i;"o\n2;"y";k";3\n', head="a;b;c;d;e\n").bad
    assert bad.cells == ("1", 'say "x"', '"six"i', '"o\n2;"y"', 'k"', "3")
    assert bad.reason == (
        "'i;\"o' stands after a closing quote; lines 2 to 3 are left out together "
        "(inside a quoted cell a quote is doubled, or escaped where the source says escape:)"
    )


def test_what_an_unclosed_quote_says(chunk):
    """The line where it opens."""
    (bad,) = chunk('1;"x\ny"\n2;"open\n').bad
    assert (bad.line, bad.cells) == (4, ("2", '"open'))
    assert bad.reason.startswith('the quote " that opens a cell is not closed (')


def test_quoting_lenient(chunk):
    """The old reading: text after a closing quote belongs to the cell, and an unclosed quote fails the job."""
    read = chunk('1;"six" inches"\n2;"x;\n3;"y"\n', quoting="lenient")
    assert (read.columns["b"], read.bad) == (['six inches"', 'x;\n3;y"'], ())
    with pytest.raises(SourceError, match='line 2: the quote " that opens here is not closed'):
        chunk('1;"open\n2;y\n', quoting="lenient")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (r'"say \"hi\""', 'say "hi"'),
        (r'"C:\\"', "C:\\"),
        (r'"\\server\\x"', r"\server\x"),
        (r'"C:\new"', r"C:\new"),
        (r'"both "" and \" "', 'both " and " '),
        (r"a\;b", "a;b"),
        (r"6\" pipe", '6" pipe'),
        (r"\"x\"", '"x"'),
        ('"two\\\nlines"', "two\nlines"),
        ("two\\\r\nlines", "two\r\nlines"),
        (r"C:\dir", r"C:\dir"),
        (r"\N", r"\N"),
    ],
)
def test_escape(chunk, cell, said):
    """A backslash takes the meaning from what has one; elsewhere it is a character."""
    read = chunk(f"{cell};x\n2;y\n", escape="\\")
    assert (read.columns["a"], read.bad) == ([said, "2"], ())
    assert read.lines == [2, 3 + said.count("\n")]


def test_escapes_that_leave_a_quote_open(chunk):
    """Are malformed like others."""
    assert found(chunk('1;"x\\"\n2;y\n', escape="\\")) == ([3], [2], {"bad_quote"})


@examples(50)
@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=40), width=st.integers(1, 3), escape=st.sampled_from(["", "\\"])
)
@example(['1;"a"b;"', "\n", 'c";5\n'], 3, "")
def test_as_the_reference_reads(pieces, width, escape):
    """Rows, their lines, and the lines of rejects are those of a reader that looks at one character at a time."""
    text = "".join(pieces)
    head = ";".join(f"c{number}" for number in range(width)) + "\n"
    options = {"escape": escape} if escape else {}
    rows, lines, bad = read((head + text).encode(), delimiter=";", **options)
    expected = [one for one in Reader(head + text, width, escape=escape).records() if one.filled][1:]
    good = [one for one in expected if not one.malformed and len(one.cells) == width]
    assert (rows, lines) == ([one.cells for one in good], [one.line for one in good])
    assert [one.line for one in bad] == [one.line for one in expected if one not in good]
    assert [one.code == "bad_quote" for one in bad] == [one.malformed for one in expected if one not in good]


@pytest.mark.parametrize("before", [0, BLOCK_BYTES])
def test_an_unclosed_quote_far_from_the_end(tmp_path, before):
    """Thousands of rows after it are rows."""
    path = tmp_path / "rows.csv"
    rows, count = filler(before)
    path.write_bytes(b'a;b\n"x\ny";1\n' + rows + b'5" ;"open\n' + b"2;x\n" * 3000)
    chunks = list(open_source(CsvSource(type="csv", path=str(path))).chunks(10**6))
    assert sum(len(chunk.lines) for chunk in chunks) == count + 3001
    assert [bad.line for chunk in chunks for bad in chunk.bad] == [count + 4]
