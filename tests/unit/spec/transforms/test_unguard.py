"""`unguard`: guards go, apostrophes of people stay."""

from __future__ import annotations

import pytest

from odoo_etl.rejects.cells import guarded
from odoo_etl.spec.transforms.unguard import unguard


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("'=1+1", "=1+1"),
        ("'+49 30", "+49 30"),
        ("'@x", "@x"),
        ("'-12 Held", "-12 Held"),
        ("'01000", "01000"),
        ("'12.5", "12.5"),
        ("'2024-01-31", "2024-01-31"),
        ('="0012"', "0012"),
        (' = "a ""b""" ', 'a "b"'),
        ('=""', ""),
    ],
)
def test_guards_go(text, bare):
    """Those of spreadsheets and of Odoo's export."""
    assert unguard(text) == bare


@pytest.mark.parametrize(
    "text",
    ["'t Hooft", "'s-Hertogenbosch", "O'Neill", "''", "'", "=A1", '="a"&"b"', '="a', "-12", "01000", "'68er", " a "],
)
def test_other_texts_stay(text):
    """Also formulas: they are none of ours to take apart."""
    assert unguard(text) == text


@pytest.mark.parametrize("text", ["=1+1", "-x", "+49", "@x"])
def test_our_own_guard_goes(text):
    """A rejects file that was opened elsewhere."""
    assert unguard(guarded(text)) == text
