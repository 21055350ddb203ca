"""What a terminal would obey is shown instead."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.text.secrets import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("red \x9b31m", "red \\x9b31m"),
        ("hidden\rshown", "hidden\\x0dshown"),
        ("two\n\tlines", "two\n\tlines"),
        ("Zoë → 東京", "Zoë → 東京"),
    ],
)
def test_control_characters_are_spelled_out(text, shown):
    """They could set a title, hide what stands before them, or look like another message."""
    assert printable(text) == shown


@given(st.text())
def test_nothing_is_left_to_obey(text):
    """And all that is no control character stays as it is."""
    assert all(one in "\n\t" or unicodedata.category(one) != "Cc" for one in printable(text))
    if not any(unicodedata.category(one) == "Cc" for one in text):
        assert printable(text) == text
