"""A cell that stands for a content of another Odoo has an address, which says all of it."""

from __future__ import annotations

import pytest

from odoo_etl.text import OdooContent

CELL = OdooContent("a/b c", "res.partner", 7, "image_1920", "78988010b890", 3)


def test_the_address_says_all_of_it():
    """Names of connections may hold any character."""
    assert str(CELL) == "odoo://a%2Fb%20c/res.partner/7/image_1920?sha1=78988010b890&size=3"
    assert OdooContent.parse(str(CELL)) == CELL
    assert CELL.place == "odoo://a%2Fb%20c/res.partner/7/image_1920"


@pytest.mark.parametrize("text", ["", "a.png", "odoo://old/res.partner/7/image_1920", f" {CELL}", f"{CELL}x"])
def test_other_texts_are_no_addresses(text):
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r".*"):
        OdooContent.parse(text)
