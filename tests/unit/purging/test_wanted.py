"""Keys as people write them."""

from __future__ import annotations

import pytest

from odoo_etl.purging import WantedKeys


@pytest.mark.parametrize(
    ("text", "key", "matches"),
    [
        ("C-1", {"ref": "C-1"}, True),
        ("C-1", {"ref": "C-10"}, False),
        ("42", {"ref": 42}, True),
        ("S1|10", {"order_id": "S1", "sequence": 10}, True),
        ("S1", {"order_id": "S1", "sequence": 10}, False),
        ("legacy.c_1", {"external_id": "legacy.c_1"}, True),
        ("c_1", {"external_id": "legacy.c_1"}, True),
    ],
)
def test_a_key_of_the_ledger_is_meant(text, key, matches):
    """By all its values; an external id also without its module."""
    assert WantedKeys.of([text]).match(key) == matches


def test_a_row_is_meant_that_has_all_values():
    """In any of its cells, also guarded against formulas; not as part of one."""
    wanted = WantedKeys.of(["S1|10", "-7"])
    assert wanted.in_cells(["x", "10", " S1 "])
    assert wanted.in_cells(["'-7", None])
    assert not wanted.in_cells(["S1", "100"])
