"""A variant has a path, which leads back to it, and a context."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import OWN, Variant, at_path

CASES = [
    (OWN, "name", {}),
    (Variant("fr_FR"), "name@fr_FR", {"lang": "fr_FR"}),
    (Variant(company=3), "name@company:3", {"allowed_company_ids": [3]}),
    (Variant("nl_BE", 3), "name@nl_BE,company:3", {"lang": "nl_BE", "allowed_company_ids": [3]}),
]


@pytest.mark.parametrize(("variant", "path", "context"), CASES)
def test_variant(variant, path, context):
    """The path says which values are meant, the context makes Odoo read and write those."""
    assert (variant.path("name"), variant.context) == (path, context)
    assert at_path(path) == ("name", variant)
