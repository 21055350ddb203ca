"""Numbers as people write them: signs and units stand once, and nothing takes long."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.fieldtypes.number_texts import number_reader
from tests.builders import field_spec

SWISS = {"thousands": "'", "currency": ["CHF", "Fr."]}


def number(text, **keys):
    """The number that a text is; None for none."""
    return number_reader(field_spec(type="decimal", **keys))(text)


@pytest.mark.parametrize(
    "text",
    [
        "CHF -5",
        "-CHF 5",
        "-5 CHF",
        "CHF 5-",
        "CHF (5)",
        "(CHF 5)",
        "(5) chf",
        "5- Fr.",
        "Fr.\u00a0\u22125",
        " ( 5 ) CHF",
    ],
)
def test_sign_and_unit_stand_anywhere(text):
    """Before or behind, in either order."""
    assert number(text, **SWISS) == -5


@pytest.mark.parametrize(
    "text",
    [
        "--5",
        "-5-",
        "(-5)",
        "(+5)",
        "-(5)",
        "((5))",
        "CHF 5 CHF",
        "CHF Fr. 5",
        "CHF",
        "-",
        "()",
        "(",
        "5)",
        "EUR 5",
        "5 %",
        "- -5",
    ],
)
def test_what_stands_twice_or_alone_is_refused(text):
    """Nobody knows what was meant."""
    assert number(text, **SWISS) is None


@pytest.mark.parametrize("text", ["1 2345", "1\u00a023", "\u00a0", "1,5\u00a0000", "1\u00a0234,5"])
def test_misplaced_blanks_are_refused(text):
    """Groups have three digits; a mark that the job does not name is none."""
    assert number(text) is None


@pytest.mark.parametrize(
    "text", ["5" + " " * 100_000 + "x", "(" * 100_000, "-" * 100_000, "CHF" * 50_000, "\u00a0" * 100_000 + "5-5"]
)
def test_long_nonsense_is_refused_at_once(text):
    """In time that grows with the text alone."""
    assert number(text, **SWISS) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_a_written_number_is_the_number(value):
    """With brackets, a narrow blank and a currency."""
    text = f"{abs(value):,.2f}".replace(",", "\u202f")
    assert number(f"({text})\u00a0€" if value < 0 else f"{text} €", currency="€") == value


@pytest.mark.parametrize(("text", "share"), [("19 %", "0.19"), ("%50", "0.5"), ("-2.5%", "-0.025"), ("0 %", "0")])
def test_shares(text, share):
    """A sign that says so is needed."""
    assert number(text, percent="share") == Decimal(share)
