"""Unit tests ask this machine only."""

from __future__ import annotations

import socket

import pytest

REFUSED = pytest.fail.Exception


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "odoo.example.com"])
def test_a_unit_test_that_asks_another_machine_fails(host):
    """By its address or by its name; the packet is never sent, and nothing waits."""
    with pytest.raises(REFUSED, match="a unit test asks the network"):
        socket.create_connection((host, 443), timeout=0.1)


def test_packets_and_connections_without_a_look_up_are_refused_too():
    """Where an address is given as it is."""
    with socket.socket() as stream, pytest.raises(REFUSED, match=r"socket\.connect"):
        stream.connect(("192.0.2.1", 443))
    with socket.socket(type=socket.SOCK_DGRAM) as packets, pytest.raises(REFUSED, match=r"socket\.sendto"):
        packets.sendto(b"", ("192.0.2.1", 443))


def test_a_name_that_nobody_has_is_answered_without_asking():
    """Tests of names without an address use `.invalid`."""
    with pytest.raises(socket.gaierror):
        socket.create_connection(("odoo.invalid", 443), timeout=0.1)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_server_of_the_test_is_reached(host):
    """The sandbox listens there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1])).close()


def test_unix_sockets_are_reached(tmp_path):
    """PostgreSQL listens on one."""
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "socket"))
        server.listen()
        client.connect(str(tmp_path / "socket"))
