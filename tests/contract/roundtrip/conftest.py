"""A client on a real Odoo 19."""

from __future__ import annotations

import pytest

from odoo_etl import OdooClient

CONTEXT = {"active_test": False, "tracking_disable": True}


@pytest.fixture(scope="session")
def client(real_odoo):
    """Logged in with the API key."""
    with OdooClient(real_odoo.url, real_odoo.db, user=real_odoo.user, api_key=real_odoo.api_key) as opened:
        yield opened
