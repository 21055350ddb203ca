"""Lists and objects in a rejects file: a retry has them again as they were."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odoo_etl.rejects.cells import restored, written


@pytest.mark.parametrize(
    "cell",
    [["a", "b"], [1, 2.5], [Decimal("0.10"), 7, "x"], {"a": Decimal("1.50"), "b": [None, True]}, [["x"], {"y": 1}]],
)
def test_lists_and_objects_survive(cell):
    """Their decimals are exact, in those that came with such."""
    text, kind = written(cell)
    back = restored(text, [kind])
    assert back == cell
    assert repr(back) == repr(cell)
