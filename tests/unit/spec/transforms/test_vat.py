"""`vat`: tax numbers with and without their country."""

from __future__ import annotations

import pytest

from odoo_etl.spec.transforms import Unreadable
from tests.unit.spec.transforms.test_steps import changed, steps_of


def vat(text, arguments="{}", **cells):
    """A number, written."""
    return changed(steps_of(f"{{vat: {arguments}}}"), text, **cells)


@pytest.mark.parametrize(
    ("text", "country", "wanted"),
    [
        ("be0477472701", "{}", "BE0477472701"),
        ("0477 472 701", "BE", "BE0477472701"),
        ("GR094259216", "{}", "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("EL094259216", "{}", "EL094259216"),
        ("GB 980 7806 84", "{}", "GB980780684"),
        ("980 7806 84", "GB", "GB980780684"),
        ("XI980780684", "{}", "XI980780684"),
        ("RO 18547290", "{}", "RO18547290"),
        ("18547290", "RO", "RO18547290"),
        ("DE 136 695 976", "FR", "DE136695976"),
        ("136695976", "{country: land}", "DE136695976"),
    ],
)
def test_numbers(text, country, wanted):
    """The code stands before those of the EU and of the United Kingdom; a number may say it itself."""
    assert vat(text, country, land="Allemagne") == wanted


@pytest.mark.parametrize(("text", "country"), [("136695976", "{}"), ("136695977", "DE"), ("x", "DE"), ("US12", "{}")])
def test_what_is_no_number_is_refused(text, country):
    """Wrong check digits, or nobody says whose it is."""
    with pytest.raises(Unreadable) as caught:
        vat(text, country)
    assert caught.value.code == "bad_vat"
