"""`phone`: the country of a row, and what is more than a number."""

from __future__ import annotations

import pytest

from odoo_etl.spec.transforms import Unreadable
from tests.unit.spec.transforms.test_steps import changed, steps_of


def phone(text, arguments="{country: DE}", **cells):
    """A number, written."""
    return changed(steps_of(f"{{phone: {arguments}}}"), text, **cells)


@pytest.mark.parametrize("land", ["FR", "France", "Frankreich", "FRA", " frança "])
def test_the_country_of_a_row(land):
    """A code, or a name in any language."""
    assert phone("01 42 68 53 00", "{country: land}", land=land) == "+33 1 42 68 53 00"


@pytest.mark.parametrize("land", ["", "Narnia"])
def test_a_number_with_its_country_needs_no_other(land):
    """But a country that is none is told."""
    if land:
        with pytest.raises(Unreadable) as caught:
            phone("030 123456", "{country: land}", land=land)
        assert caught.value.code == "unknown_country"
    assert phone("+49 30 123456", "{country: land}", land="") == "+49 30 123456"


@pytest.mark.parametrize(
    "text",
    ["030 123456 Müller", "Müller 030 123456", "030 123456 / 0171 1234567", "030 123456; 030 123457", "12", "+49", "x"],
)
def test_more_than_a_number_is_refused(text):
    """Nothing is dropped silently."""
    with pytest.raises(Unreadable) as caught:
        phone(text)
    assert caught.value.code == "bad_phone"


@pytest.mark.parametrize("text", ["Tel.: 030 123456", "T 030/123456", "0049 30 123456", "(030) 12 34 56"])
def test_labels_and_marks_are_no_part_of_it(text):
    """As people write them."""
    assert phone(text) == "+49 30 123456"


def test_an_extension_stays_or_is_refused():
    """It is part of the number; E.164 has no place for it."""
    assert phone("(212) 555-0123 ext. 4", "US") == "+1 212-555-0123 ext. 4"
    with pytest.raises(Unreadable, match="extension"):
        phone("(212) 555-0123 ext. 4", "{country: US, format: e164}")


def test_an_empty_text_stays_empty():
    """Nothing but blanks is no number, and no reject."""
    assert phone("  ") == ""
