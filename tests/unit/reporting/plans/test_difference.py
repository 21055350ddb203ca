"""Where two texts differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.reporting.plans.difference import SHOWN, parts_of

TEXTS = st.text("ab ", max_size=12)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("Calls on Mondays", "Calls on Mondays and Fridays", ("Calls on Mondays", "", " and Fridays", "")),
        ("50.50", "51.50", ("", "50", "51", ".50")),
        ("Head of sales", "Heads of sales", ("", "Head", "Heads", " of sales")),
        ("a, bc", "a, bd", ("a, ", "bc", "bd", "")),
        ("Germany", "Austria", ("", "Germany", "Austria", "")),
        ("aaa", "aa", ("", "aaa", "aa", "")),
        ("", "x", ("", "", "x", "")),
    ],
)
def test_what_both_have_stands_apart(old, new, parts):
    """Texts with little in common differ as a whole."""
    assert parts_of(old, new) == (*parts, False)


@given(TEXTS, TEXTS)
def test_the_parts_make_the_texts(old, new):
    """Nothing is lost, and nothing comes twice."""
    parts = parts_of(old, new)
    assert (parts.before + parts.old + parts.after, parts.before + parts.new + parts.after) == (old, new)


def test_a_long_text_is_shown_where_it_differs():
    """However much of it is alike; what differs is cut, too."""
    parts = parts_of("x" * 5_000 + "old" + "y" * 5_000, "x" * 5_000 + "new" + "y" * 5_000)
    assert (parts.old, parts.new, parts.is_cut) == ("old", "new", True)
    assert (parts.before, parts.after) == ("…" + "x" * 60, "y" * 60 + "…")
    whole = parts_of("a" * 5_000, "b" * 5_000)
    assert (whole.old, len(whole.new), whole.is_cut) == ("a" * SHOWN + "…", SHOWN + 1, True)
