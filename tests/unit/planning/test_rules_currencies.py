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
        ({"amount": 1.236, "currency_id": 0}, {"id": 1}, 1.236),
        ({"amount": 2.5e15 + 0.25}, {"currency_id": EURO}, 2.5e15 + 0.25),
    ],
)
def test_an_amount_is_rounded_to_its_currency(values, existing, kept):
    """The row's own, else the record's; of a new record the finest that its company may have; too large ones stay."""
    assert MONEY.as_kept(values, existing)["amount"] == kept


@pytest.mark.parametrize("sign", [1, -1])
def test_an_amount_stays_exact_up_to_forty_nine_bits_of_its_step(sign):
    """Below, Odoo keeps what it rounded; from there on rounding changes it each time."""
    limit = 2.0**49
    for amount, kept in ((limit - 0.25, limit), (limit, limit), (limit + 0.25, limit + 0.25)):
        assert MONEY.as_kept({"amount": sign * amount, "currency_id": YEN}, {})["amount"] == sign * kept


def test_every_amount_of_several_is_rounded_to_its_own_currency():
    """One that is empty, or whose currency nobody knows, leaves the others rounded."""
    money = Currencies({EURO: 0.01, YEN: 1.0}, {"net": "currency_id", "tax": "tax_currency_id", "fee": "currency_id"})
    values = {"net": 1.236, "tax": 1.236, "fee": False, "currency_id": EURO, "tax_currency_id": YEN}
    assert money.as_kept(values, {}) == {**values, "net": 1.24, "tax": 1.0}


def test_values_without_amounts_stay_what_they_are():
    """Nothing is copied for them."""
    values = {"amount": False, "name": "A"}
    assert MONEY.as_kept(values, {}) is values


def test_a_new_record_of_a_currency_that_nobody_knows_keeps_its_amount():
    """Its currency hangs on more than its company."""
    assert Currencies({EURO: 0.01}, {"amount": "currency_id"}).as_kept({"amount": 1.236}, {}) == {"amount": 1.236}
