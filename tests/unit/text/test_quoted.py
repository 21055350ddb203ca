"""Texts without the values that they quote."""

import pytest

from odoo_etl.text import general, unquoted


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("'a\\'b' is no date", "… is no date"),
        (
            "3 records in Odoo have ref = 'x': ids 5, 6, 7; merge them",
            "… records in Odoo have ref = …: ids …; merge them",
        ),
        ("needs a value", "needs a value"),
    ],
)
def test_values_do_not_tell_reasons_apart(reason, told):
    """Texts in quotes, numbers, and lists of them."""
    assert general(reason) == told


def test_figures_may_stay():
    """Of an error, they say what is wrong; what it quotes may be of a row."""
    told = "40 % of the rows are rejected (\"a@b\", 'c'), and max_rejects is 2 %"
    assert unquoted(told) == "40 % of the rows are rejected (…), and max_rejects is 2 %"
