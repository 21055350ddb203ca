"""Models that a misspelt word may mean."""

import pytest

from odoo_etl.checks.nearest import MOST_NAMES, WELL_KNOWN, nearest_models


@pytest.mark.parametrize(
    ("word", "model"),
    [
        ("res.partnr", "res.partner"),
        ("Contact", "res.partner"),
        ("contacts", "res.partner"),
        ("sales order", "sale.order"),
        ("product.tempalte", "product.template"),
        ("RES.PARTNER", "res.partner"),
        ("invoice line", "account.move.line"),
    ],
)
def test_the_nearest_comes_first(word, model):
    """By technical names and by what people call models."""
    names = {**WELL_KNOWN, "account.move.line": "Invoice line"}
    assert nearest_models(word, names)[0] == model


def test_few_are_proposed_and_none_where_none_is_near():
    """A long list helps nobody."""
    assert 0 < len(nearest_models("order", WELL_KNOWN)) <= MOST_NAMES
    assert nearest_models("xyzzy", WELL_KNOWN) == []
    assert nearest_models("res.partner", {}) == []
