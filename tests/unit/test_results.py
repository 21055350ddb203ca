"""What tells rows apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from odoo_etl.results import row_identity
from odoo_etl.state.payload import pack, unpack


@pytest.mark.parametrize(
    "cell",
    [
        "x",
        "",
        None,
        7,
        7.5,
        float("nan"),
        float("inf"),
        Decimal("1.20"),
        date(2024, 2, 29),
        datetime.fromisoformat("2024-02-29T01:02:03"),
        datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC),
        time(1, 2),
        b"bytes",
        True,
        "\ud800",
        1 << 70,
    ],
)
def test_a_row_is_the_same_when_it_comes_back_from_the_ledger(cell):
    """Whatever its cells were, and whether they stand in a tuple or a list."""
    cells = ("a", cell)
    assert row_identity("f", 2, cells) == row_identity("f", 2, list(unpack(pack([*cells]))))
    assert row_identity("f", 2, cells) != row_identity("f", 2, ("b", cell))
    assert row_identity("f", 2, cells) != row_identity("f", 3, cells)
