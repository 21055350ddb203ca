"""Pieces of texts: what hides what, and places from the end."""

from __future__ import annotations

from tests.unit.spec.transforms.test_steps import changed, steps_of


def test_the_longest_text_is_removed_first():
    """Else `EUR` would leave the rest of `EURO`."""
    assert changed(steps_of("{remove: [EUR, EURO]}"), "12 EURO") == "12 "


def test_a_text_that_is_wide_enough_stays():
    """Nothing is cut."""
    assert changed(steps_of("{pad: 3}"), "12345") == "12345"


def test_places_beyond_the_text_leave_what_is_there():
    """As slices of Python do."""
    assert changed(steps_of("{slice: [-10, 3]}"), "abcd") == "abc"


def test_a_number_from_a_variable_is_a_number():
    """`${WIDTH}` is always text."""
    assert changed(steps_of("{pad: '5'}"), "1") == "00001"
