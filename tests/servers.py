"""What a test needs to know of a server, be it the sandbox or a real Odoo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Server:
    """Address and logins of one database."""

    name: str
    url: str
    db: str
    user: str
    password: str
    api_key: str
