"""Letters are paired as PostgreSQL pairs them."""

from __future__ import annotations

import pytest

from odoo_etl.text import lowered


@pytest.mark.parametrize(
    ("text", "small"),
    [("Straße", "straße"), ("ΟΔΟΣ", "οδοσ"), ("οδος", "οδος"), ("İzmir", "izmir"), ("ﬁN", "ﬁn"), ("ÉCOLE", "école")],
)
def test_a_capital_letter_becomes_one_small_letter(text, small):
    """Wherever it stands, and what is small stays: a text is always found by its own small form."""
    assert lowered(text) == small
    assert len(lowered(text)) == len(text)
