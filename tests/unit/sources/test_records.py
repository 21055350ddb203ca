"""Cutting text into records."""

from __future__ import annotations

from itertools import chain, repeat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_etl.errors import SourceError
from odoo_etl.sources.dialect import Dialect
from odoo_etl.sources.records import cut_records

WHERE = Path("rows.csv")


def cut(blocks):
    """(line, text) of every record, or the error's text."""
    try:
        found = list(cut_records(blocks, Dialect(";"), WHERE))
    except SourceError as error:
        return str(error)
    return list(chain.from_iterable(zip(records.lines, records.texts, strict=True) for records in found))


@settings(deadline=None)
@given(pieces=st.lists(st.text(st.sampled_from('a;"\n'), min_size=1, max_size=8), max_size=8))
def test_how_the_text_is_cut_into_blocks_does_not_matter(pieces):
    """Records, their lines and a quote left open are the same for one block and for many."""
    assert cut(pieces) == cut(["".join(pieces)])


@settings(deadline=None)
@given(text=st.text(st.sampled_from('a;"\n\r'), max_size=40))
def test_no_character_is_lost(text):
    """The records of a text, joined, are the text."""
    found = cut([text])
    assert isinstance(found, str) or "".join(record for _, record in found) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('a;b\n1;"open\n' + "2;x\n" * 500, "line 2: the quote"),
        ("a;b\n1;" + "x" * 2000, "line 2 is over 1,000 characters long"),
    ],
)
def test_a_record_without_end_stops_the_job(text, says):
    """A quote that swallows the file, or an endless line, is found before it fills the memory."""
    endless = chain([text], repeat("x" * 100))
    with pytest.raises(SourceError, match=says):
        list(cut_records(endless, Dialect(";"), WHERE, most_chars=1000))
