"""Cutting text into records."""

from __future__ import annotations

from itertools import chain, repeat
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo_etl.errors import SourceError
from odoo_etl.sources import BadLine
from odoo_etl.sources.delimited.bad_lines import Widths
from odoo_etl.sources.delimited.dialect import Dialect
from odoo_etl.sources.delimited.records import Rows, cut_records, part_rows

TWO = Widths(2, 2)

WHERE = Path("rows.csv")


def cut(blocks, width=2, **options):
    """(line, text) of every record."""
    found = cut_records(blocks, Dialect(";"), WHERE, width=width, **options)
    return list(chain.from_iterable(zip(records.lines, records.texts, strict=True) for records in found))


@settings(deadline=None)
@given(pieces=st.lists(st.text(st.sampled_from('a;"\n'), min_size=1, max_size=8), max_size=12))
@example(['1;"a"b;"c', '\nd";5\n'])
@example(['1;"a"b\n', '2;6"', "x\n3\n"])
def test_how_the_text_is_cut_into_blocks_does_not_matter(pieces):
    """Records and their lines are the same for one block and for many, also where quotes are malformed."""
    assert cut(pieces) == cut(["".join(pieces)])


@settings(deadline=None)
@given(text=st.text(st.sampled_from('a;"\n\r'), max_size=40))
def test_no_character_is_lost(text):
    """The records of a text, joined, are the text."""
    assert "".join(record for _, record in cut([text])) == text


@pytest.mark.parametrize("start", ["1;", '1;"', '1;"a"b;"'])
def test_a_line_that_is_too_long(start):
    """It is given in pieces that are no rows, so that none of them fills the memory; the next line is one again."""
    blocks = [f"a;b\n{start}", *repeat("x" * 100, 50), "\n2;y\n"]
    found = list(cut_records(blocks, Dialect(";"), WHERE, most_chars=1000))
    assert max(len(text) for records in found for text in records.texts) <= 1200
    assert "".join(text for records in found for text in records.texts) == "".join(blocks)
    rows = [part_rows(records, Dialect(";"), TWO) for records in found]
    assert [text for part in rows for text in part.texts] == ["a;b\n", "2;y\n"]
    assert [(bad.line, bad.code) for part in rows for bad in part.bad] == [(2, "too_long")]
    assert found[-1].lines == [3]


def test_a_quote_that_is_not_closed_in_too_much_text():
    """Where rows follow, it costs its record; where nothing looks like a row, the job stops."""
    blocks = ['a;b\n1;"open\n', *repeat("2;x\n" * 50, 10)]
    assert [line for line, _ in cut(blocks, most_chars=1000)] == list(range(1, 503))
    with pytest.raises(SourceError, match="line 2: the quote"):
        cut(['a;b\n1;"open\n', *repeat("text\n" * 50, 10)], most_chars=1000)


@pytest.mark.parametrize("end", ["\x1a", "\x1a\x1a\x1a"])
def test_the_end_of_file_of_dos(end):
    """Is no line and no part of a cell; elsewhere it is a character."""
    assert cut(["1;\x1a\n2;x\n", end]) == [(1, "1;\x1a\n"), (2, "2;x\n")]
    assert cut(["1;y" + end]) == [(1, "1;y")]


@pytest.mark.parametrize(
    "blocks",
    [
        ["1;a\n2;", "b\n3;c\n"],
        ["1;a\n2;b\n3;", "c\n"],
        ["1;a\n2;b", "\n3;c\n"],
        ["1;a\n", "2;b\n", "3;c\n"],
        ["1;a\n2;b\n", "3;c\n"],
        ["1", ";a\n2;b\n3;c", "\n"],
    ],
)
def test_a_block_may_end_anywhere(blocks):
    """With several records before its end; the last of them waits until its line is whole."""
    assert cut(blocks) == [(1, "1;a\n"), (2, "2;b\n"), (3, "3;c\n")]
    assert cut([*blocks, "4"]) == [(1, "1;a\n"), (2, "2;b\n"), (3, "3;c\n"), (4, "4")]


def test_quoted_line_breaks_among_several_records():
    """Each record has its own lines, whichever of them has several."""
    records = ['1;"a\nb"\n', "2;c\n", '3;"d\r\n\r\ne"\n', "4;f\n"]
    assert cut(["".join(records)]) == list(zip([1, 3, 4, 7], records, strict=True))
    assert cut(records) == list(zip([1, 3, 4, 7], records, strict=True))


@pytest.mark.parametrize(("size", "codes"), [(100, []), (101, ["too_long"])])
def test_a_record_may_be_as_long_as_the_longest(size, codes):
    """One character more is too long, as far as it came without its end."""
    record = "1;" + "x" * (size - 2)
    found = list(cut_records([record, "\n2;y\n"], Dialect(";"), WHERE, width=2, most_chars=100))
    rows = [part_rows(records, Dialect(";"), TWO) for records in found]
    assert [bad.code for part in rows for bad in part.bad] == codes
    assert [text for part in rows for text in part.texts] == ([] if codes else [record + "\n"]) + ["2;y\n"]


PARTED = {"ragged_line": "x;y;z\n", "nul_character": "x;\0\n", "bad_quote": 'x;"y"z\n', None: ";\n"}


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(("code", "odd"), list(PARTED.items()))
def test_one_record_among_others_that_is_no_row(code, odd, place):
    """Wherever it stands; the others are rows. An empty one is nothing."""
    texts = ["1;a\n", "2;b\n"]
    texts.insert(place, odd)
    [records] = cut_records(["".join(texts)], Dialect(";"), WHERE, width=2)
    rows = part_rows(records, Dialect(";"), TWO)
    assert (rows.texts, rows.lines) == (["1;a\n", "2;b\n"], [line for line in (1, 2, 3) if line != place + 1])
    assert [(bad.line, bad.code) for bad in rows.bad] == ([(place + 1, code)] if code else [])


def test_rows_of_a_single_column():
    """Blanks are a value there, and nothing in a table of several columns."""
    [records] = cut_records(["a\n \n\nb\n"], Dialect(";"), WHERE, width=1)
    assert part_rows(records, Dialect(";"), Widths(1, 1)).texts == ["a\n", " \n", "b\n"]
    [records] = cut_records(["a;b\n \n"], Dialect(";"), WHERE, width=2)
    rows = part_rows(records, Dialect(";"), TWO)
    assert (rows.texts, rows.bad) == (["a;b\n"], [])


@pytest.mark.parametrize(
    ("lines", "bad", "size", "taken"),
    [
        ([1, 2, 3], [], 2, ([1, 2], [])),
        ([1, 2, 3], [], 3, ([1, 2, 3], [])),
        ([1, 4], [2, 3], 2, ([1], [2, 3])),
        ([1, 4], [2, 3, 5], 2, ([1], [2, 3])),
        ([2, 3], [1, 4], 2, ([2, 3], [1])),
        ([1, 3], [2, 4], 1, ([1], [])),
        ([2], [1, 3], 1, ([], [1])),
    ],
)
def test_the_first_rows_are_taken(lines, bad, size, taken):
    """So many rows, or so many bad lines, whichever comes first; the others stay."""
    rows = Rows([f"r{line}" for line in lines], list(lines), [BadLine(line, "c", "r", ("x",)) for line in bad])
    first = rows.take(size)
    assert (first.lines, [one.line for one in first.bad]) == taken
    assert first.texts == [f"r{line}" for line in taken[0]]
    assert sorted([*rows.lines, *first.lines]) == lines
    assert sorted(one.line for one in (*rows.bad, *first.bad)) == bad
    assert rows.texts == [f"r{line}" for line in rows.lines]


def test_how_much_text_rows_hold():
    """Of rows and of bad lines."""
    assert Rows(["ab", "c"], [1, 2], [BadLine(3, "c", "r", ("de", "f")), BadLine(4, "c", "r", ("g",))]).chars() == 7
