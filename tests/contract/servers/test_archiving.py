"""Methods that make records inactive, and active again."""

from __future__ import annotations

import pytest

from odoo_etl import OdooClient

EVERY = {"active_test": False}


@pytest.mark.parametrize("model", ["res.partner", "product.template"])
def test_records_are_archived_and_back(odoo: OdooClient, unique: str, model: str) -> None:
    """Twice is as once; the methods answer nothing."""
    ids = odoo.create(model, [{"name": f"{unique} {n}"} for n in range(2)])
    for method, active in [("action_archive", False)] * 2 + [("action_unarchive", True)] * 2:
        assert odoo.execute(model, method, ids=ids) is None
        assert [row["active"] for row in odoo.read(model, ids, ["active"], context=EVERY)] == [active] * 2
