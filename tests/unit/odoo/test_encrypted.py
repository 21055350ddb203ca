"""A secret travels unencrypted to this machine only."""

from __future__ import annotations

import pytest

from odoo_etl import OdooClient
from odoo_etl.errors import CannotStart


@pytest.mark.parametrize("secret", [{"api_key": "k3y"}, {"password": "k3y"}])
@pytest.mark.parametrize("url", ["http://odoo:8069", "http://10.0.0.7", "HTTP://erp.example.com/odoo"])
def test_a_secret_in_the_clear_is_refused(url, secret):
    """Before anything is sent; private networks are networks."""
    with pytest.raises(CannotStart, match="would travel unencrypted to another machine; use https") as caught:
        OdooClient(url, "shop", user="me", **secret)
    assert "k3y" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("https://odoo:8069", {"api_key": "k3y"}),
        ("http://127.0.0.1:8069", {"api_key": "k3y"}),
        ("http://[::1]:8069", {"password": "k3y"}),
        ("http://odoo:8069", {}),
        ("http://odoo:8069", {"api_key": "k3y", "insecure_http": True}),
    ],
)
def test_what_may_be_sent(url, settings):
    """Encrypted, to ourselves, without a secret, or as wished."""
    OdooClient(url, "shop", user="me", **settings).close()
