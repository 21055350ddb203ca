"""Tokens that expire."""

from __future__ import annotations

import json

import pytest

from odoo_etl.sources.http.credentials import ClientCredentials
from odoo_etl.spec.sources import OAuth2Client
from odoo_etl.text import secrets_in_use

SPEC = OAuth2Client(token_url="https://a.example/token", client_id="me", client_secret="s-e-c-r-e-t")


class Server:
    """Gives tokens, and has a clock."""

    def __init__(self, **more):
        self.now, self.more, self.given = 0.0, more, 0

    def ask(self, *_):
        """A new token."""
        self.given += 1
        return json.dumps({"access_token": f"given-{self.given}", **self.more}).encode()


@pytest.mark.parametrize(
    ("more", "good_until_s"),
    [
        ({"expires_in": 600}, 570),
        ({"expires_in": "600"}, 570),
        ({"expires_in": 20}, 10),
        ({}, 3570),
        ({"expires_in": None}, 3570),
    ],
)
def test_a_token_is_taken_anew_before_it_expires(more, good_until_s):
    """A little before; one that says nothing is good for an hour."""
    server = Server(**more)
    client = ClientCredentials(SPEC, server.ask, lambda: server.now)
    assert client.headers() == client.headers() == {"Authorization": "Bearer given-1"}
    server.now = good_until_s - 0.1
    assert client.headers() == {"Authorization": "Bearer given-1"}
    server.now = good_until_s
    assert client.headers() == {"Authorization": "Bearer given-2"}


def test_a_token_is_a_secret():
    """From the moment that it is known."""
    client = ClientCredentials(SPEC, Server().ask)
    client.headers()
    assert "given-1" in secrets_in_use()
    assert client.secrets == {"s-e-c-r-e-t", "given-1"}
