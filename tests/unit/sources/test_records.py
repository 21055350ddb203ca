"""Cutting text into records."""

from __future__ import annotations

from itertools import chain, repeat
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo_etl.errors import SourceError
from odoo_etl.sources.dialect import Dialect
from odoo_etl.sources.records import cut_records, part_rows

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
    rows = [part_rows(records, Dialect(";"), 2) for records in found]
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
