"""No cell of a rejects file is run by a spreadsheet, and every text is read back as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.rejects.cells import are_guarded, guarded, unguarded

TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("=+-@'\t\r\n;\\ud80\x00\ud800\udfff"), st.just("\\")))


@given(TEXTS)
def test_what_is_written_is_read_back(text):
    """Any text, half characters and NULs among them."""
    assert unguarded(guarded(text)) == text


@given(TEXTS)
def test_nothing_written_begins_a_formula(text):
    """Neither at the start nor where a spreadsheet with another delimiter begins a cell; numbers are no formulas."""
    written = guarded(text)
    if not re.fullmatch(r"-\d[\d.,]*([eE][+-]?\d+)?", written, re.ASCII):
        assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert not re.search(r"[;\t\r\n][=+\-@]", written)


@given(st.lists(TEXTS))
def test_what_is_written_is_known_as_such(texts):
    """Also what a person left of it, written once more."""
    assert are_guarded([guarded(text) for text in texts])
    assert are_guarded([guarded(unguarded(text)) for text in texts])


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "-1-cmd()", "@a", "\t=1", "\n", "a;=b", "a\n-b", "a\r=b"])
def test_what_a_spreadsheet_would_run(text):
    """Among others that it would not."""
    assert not are_guarded(["-5", "'=1", text, "a"])


@given(TEXTS)
def test_what_is_written_is_plain_text(text):
    """UTF-8 without NUL."""
    assert b"\0" not in guarded(text).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=cmd()", "'=cmd()"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+49 123", "'+49 123"),
        ("-2+3", "'-2+3"),
        ("\N{FULLWIDTH EQUALS SIGN}1", "'\N{FULLWIDTH EQUALS SIGN}1"),
        ("\t=1", "'\t'=1"),
        ("'=1", "''=1"),
        ("a;=1", "a;'=1"),
        ("a\n-b", "a\n'-b"),
        ("'quoted'", "'quoted'"),
        ("it's", "it's"),
        ("-5", "-5"),
        ("-1.234,50", "-1.234,50"),
        ("-1.5E+10", "-1.5E+10"),
        ("a\x00b", "a\\u0000b"),
        ("\\ud800", "\\\\ud800"),
        ("C:\\users", "C:\\users"),
    ],
)
def test_how_it_is_written(text, written):
    """A quote where it is needed, and nowhere else."""
    assert (guarded(text), unguarded(written)) == (written, text)


@pytest.mark.parametrize("typed", ["=1+1", "+49123", "-x", "O'Neil", "plain"])
def test_what_a_person_types_is_taken_as_it_is(typed):
    """A spreadsheet that drops the quote of a cell does no harm."""
    assert unguarded(typed) == typed
