"""Values, counts and sentences in so many columns."""

from __future__ import annotations

import pytest

from odoo_etl.reporting.words import counted, cut, in_one_line, short, wrapped


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (short(None), "(empty)"),
        (short([]), "(empty)"),
        (short(0), "0"),
        (short("x" * 200, 10), "xxxxxxxxx…"),
        (cut("abc", 3), "abc"),
        (cut("abcd", 3), "ab…"),
        (in_one_line("  a\n b\t c "), "a b c"),
        (counted(1, "row"), "1 row"),
        (counted(2000, "entry", "entries"), "2,000 entries"),
        (wrapped("note: ", "one two three", 14), ["note: one two", "      three"]),
        (wrapped("note: ", "one two three", 14, hang=2), ["note: one two", "  three"]),
        (wrapped("note: ", "", 14), ["note: "]),
    ],
)
def test_words(said, expected):
    """As a person reads them."""
    assert said == expected
