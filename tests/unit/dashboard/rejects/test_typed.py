"""Cells on their way to a browser and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.dashboard.rejects.typed import offered, typed

LINES = st.text(st.sampled_from("ab\r\n\0\ud800\ufffd"), max_size=6)


@given(LINES)
def test_what_is_offered_and_sent_back_changes_nothing(text):
    """Whatever a browser makes of line ends."""
    sent = offered(text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    assert typed(text, sent) == text


@pytest.mark.parametrize(
    ("old", "sent", "meant"),
    [
        ("a\nb", "a\r\nc", "a\nc"),
        ("a\r\nb", "a\r\nc", "a\r\nc"),
        ("a\rb", "a\r\nc", "a\rc"),
        ("ab", "a\r\nb", "a\nb"),
        ("a\0b", "a\ufffdc", "a\0c"),
        ("a\ufffdb", "a\ufffdc", "a\ufffdc"),
        ("", "x", "x"),
    ],
)
def test_what_is_meant(old, sent, meant):
    """Line ends and characters that no browser sends stay those of the cell."""
    assert typed(old, sent) == meant
