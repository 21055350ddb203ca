"""Names of columns are folded and compared."""

import pytest

from odoo_etl.guessing.names import alike, folded


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("ShipTo-Straße", "ship to strasse"),
        ("N° TVA", "no tva"),
        ("E-Mail", "e mail"),
        ("KUNNR", "kunnr"),
        ("Città", "citta"),
    ],
)
def test_folded(name, plain):
    """Case, accents and marks make no difference."""
    assert folded(name) == plain


def test_alike():
    """Equal, misspelt, or a part of it; short words are not misspelt into others."""
    assert alike("street", "street") == 1
    assert alike("e mail", "email") > 0.95
    assert alike("strasse", "strase") > 0.8
    assert alike("customer name", "name") > alike("name", "customer name") > 0
    assert alike("contact no", "contact name") < 0.6
    assert alike("ort", "art") == 0
