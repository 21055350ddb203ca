"""Secrets go over plain http to this machine only, unless somebody says that every machine between is trusted."""

from __future__ import annotations

from urllib.parse import urlsplit

from odoo_etl.errors import CannotStart
from odoo_etl.loopback import is_loopback


def check_encrypted(url: str) -> None:
    """Refuse to send a secret in the clear to another machine.

    Args:
        url: a usable one.

    Raises:
        CannotStart: it is plain http and not of this machine.
    """
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise CannotStart(
            f"{url}: the api_key or password would travel unencrypted to another machine; use https://, or"
            " insecure_http where you trust every machine between"
        )
