"""A line that takes its time to carry a request away."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from odoo_etl.errors import TransientError
from odoo_etl.odoo.transports.http import Http, HttpSettings

BODY = b"x" * (4 << 20)
PAUSE_S = 0.02
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def read_slowly(server: socket.socket, most: int) -> None:
    """Take up to so many bytes of a request, a little at a time; answer if it was all."""
    connection, _ = server.accept()
    with connection:
        taken = 0
        while taken < most:
            taken += len(connection.recv(1 << 16))
            time.sleep(PAUSE_S)
        if most >= len(BODY):
            connection.sendall(ANSWER)
        else:
            time.sleep(1.0)


@pytest.fixture
def server() -> socket.socket:
    """Takes requests in small sips."""
    with socket.socket() as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        made.bind(("127.0.0.1", 0))
        made.listen()
        yield made


def post(server: socket.socket, most: int) -> bytes:
    """Send the body to a server that takes so much of it."""
    threading.Thread(target=read_slowly, args=(server, most), daemon=True).start()
    http = Http(HttpSettings(f"http://127.0.0.1:{server.getsockname()[1]}", connect_timeout_s=0.4, read_timeout_s=5.0))
    try:
        return http.post("/json/2/res.partner/create", BODY, {}, "res.partner.create").body
    finally:
        http.close()


def test_a_slow_line_is_no_dead_one(server):
    """The whole takes longer than a connection may; each piece does not."""
    began = time.monotonic()
    assert post(server, len(BODY)) == b"{}"
    assert time.monotonic() - began > 0.4


def test_a_line_that_carries_nothing_is_given_up(server):
    """Half a request is none: it may be sent again."""
    with pytest.raises(TransientError):
        post(server, 1 << 20)
