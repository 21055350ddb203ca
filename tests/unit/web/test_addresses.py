"""Which addresses are public, and that a name is judged by what is connected to."""

from __future__ import annotations

import pytest
from urllib3.exceptions import HTTPError

from odoo_etl.web.addresses import PrivateAddress, is_public, pools


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_public_addresses(address):
    """Also where an IPv4 address stands in one of IPv6."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.0.0.1",
            "172.16.5.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "255.255.255.255"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::1"),
    ],
)
def test_addresses_that_are_not(address):
    """Loopback, private and link-local ones, also in disguise."""
    assert not is_public(address)


def test_a_host_that_is_named_may_be_asked(web):
    """And no other one, though it has the same address."""
    web.page("/a", b"red")
    manager = pools(["LOCALHOST."], 2)
    assert manager.request("GET", web.url("/a", "localhost"), retries=False).data == b"red"
    with pytest.raises(PrivateAddress):
        manager.request("GET", web.url("/a"), retries=False)


def test_nobody_is_there(web):
    """An error of the connection."""
    with pytest.raises(HTTPError):
        pools(["127.0.0.1"], 2).request("GET", "http://127.0.0.1:1/", retries=False, timeout=2)
