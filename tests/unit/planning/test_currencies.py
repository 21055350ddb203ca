"""Amounts as their currency keeps them."""

from __future__ import annotations

import pytest

from odoo_etl.planning import Currencies

EURO, YEN, DINAR = 1, 2, 3
MONEY = Currencies({EURO: 0.01, YEN: 1.0, DINAR: 0.001}, {"amount": "currency_id"}, {"currency_id": 0.01})


@pytest.mark.parametrize(
    ("values", "existing", "kept"),
    [
        ({"amount": 1.236, "currency_id": YEN}, {"currency_id": EURO}, 1.0),
        ({"amount": 1.236}, {"currency_id": YEN}, 1.0),
        ({"amount": 1.236}, {"currency_id": [DINAR, "KWD"]}, 1.236),
        ({"amount": 1.236}, {"currency_id": False}, 1.236),
        ({"amount": 1.236}, {"currency_id": 99}, 1.236),
        ({"amount": 1.236}, {}, 1.24),
        ({"amount": 1.236, "currency_id": DINAR}, {}, 1.236),
        ({"amount": 2.5e15 + 0.25}, {"currency_id": EURO}, 2.5e15 + 0.25),
    ],
)
def test_an_amount_is_rounded_to_its_currency(values, existing, kept):
    """The row's own, else the record's; of a new record the finest that its company may have; too large ones stay."""
    assert MONEY.as_kept(values, existing)["amount"] == kept


def test_values_without_amounts_stay_what_they_are():
    """Nothing is copied for them."""
    values = {"amount": False, "name": "A"}
    assert MONEY.as_kept(values, {}) is values
