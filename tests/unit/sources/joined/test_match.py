"""Values by which lines find the row of their record: equal ones are one text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from odoo_etl.sources.joined.match import NOTHING, matches, storable


def test_equal_numbers_and_texts_are_one():
    """Whatever the source gives; a text stays as it is."""
    found = matches([[7, 7.0, Decimal("7.00"), "7", "7.00", "07", True, Decimal("8.50"), 8.5]])
    assert found == ["7", "7", "7", "7", "7.00", "07", "true", "8.5", "8.5"]
    assert matches([[date(2024, 2, 29), "2024-02-29"]]) == ["2024-02-29"] * 2


def test_several_columns_match_as_a_whole():
    """An empty one among them is a value; all of them empty match nothing."""
    one, other, *rest = matches([["a", "a", "a,b", None, " "], [1, None, "", None, ""]])
    assert len({one, other, rest[0]}) == 3
    assert rest[1:] == [NOTHING, NOTHING]


@pytest.mark.parametrize("cell", [b"x", float("nan"), {"a": 1}])
def test_cells_without_a_text_match_themselves(cell):
    """They are told from texts."""
    assert matches([[cell]]) == matches([[cell]])


def test_half_a_character_can_be_stored():
    """It is written out."""
    assert storable("a\ud800") == "a\\ud800"
    assert storable("ä") == "ä"
