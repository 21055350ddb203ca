"""Which hosts are on no network."""

from __future__ import annotations

import pytest

from odoo_etl.loopback import is_loopback

OTHERS = """
    odoo 10.0.0.1 192.168.1.5 172.17.0.1 169.254.1.1 0.0.0.0 :: fe80::1 ::ffff:10.0.0.1
    127.0.0.1.evil.net localhost.evil.net notlocalhost 2130706433 127.1
"""


@pytest.mark.parametrize("host", ["", *OTHERS.split()])
def test_others(host):
    """Private networks, and what only looks like this machine."""
    assert not is_loopback(host)
