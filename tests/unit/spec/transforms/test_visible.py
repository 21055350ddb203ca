"""`visible`: what cannot be seen goes, what shapes a letter stays."""

from __future__ import annotations

import pytest

from odoo_etl.spec.transforms.visible import visible


@pytest.mark.parametrize(
    "char", ["\u200b", "\ufeff", "\u00ad", "\u202e", "\u2060", "\u0000", "\u0085", "\u3164", "\u034f"]
)
def test_unseen_characters_go(char):
    """Wherever they stand."""
    assert visible(f"{char}A{char}1{char}") == "A1"


@pytest.mark.parametrize(
    "text",
    ["a\tb\nc", "a\u00a0b\u202fc", "e\u0301", "क्\u200dष", "👨\u200d👩\u200d👧", "❤\ufe0f", "\U0001f1e9\U0001f1ea"],
)
def test_what_is_seen_stays(text):
    """Blanks, marks, and what joins letters or emoji."""
    assert visible(text) == text


@pytest.mark.parametrize("text", ["A\u200d1", "é\u200cé", "\u200dक", "क\u200d", "A\ufe0f", "क\u200b\u200dष\u200b"])
def test_joiners_that_join_nothing_go(text):
    """Between letters that join no others, and at the ends."""
    assert visible(text) == text.translate(
        {0x200B: None, 0x200C: None, 0xFE0F: None} | ({} if "ष" in text else {0x200D: None})
    )
