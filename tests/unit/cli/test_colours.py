"""Colours of changes."""

from __future__ import annotations

import pytest

from odoo_etl.cli._colours import coloured, has_colours


@pytest.mark.parametrize(
    ("environment", "is_terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, True),
    ],
)
def test_who_sees_colours(environment, is_terminal, wanted):
    """A person at a terminal who did not refuse, and whoever asks for them."""
    assert has_colours(environment, is_terminal=is_terminal) is wanted


@pytest.mark.parametrize(("mark", "code"), [("+", "32"), ("~", "33"), ("-", "31")])
def test_what_comes_is_green_and_what_goes_is_red(mark, code):
    """What others wrote cannot change the colours."""
    assert coloured("a\x1b[0m", mark) == f"\x1b[{code}ma\\x1b[0m\x1b[0m"


def test_other_lines_have_no_colour():
    """Neither those that say nothing of changes."""
    assert coloured("Plan: 1 to create", "") == "Plan: 1 to create"
