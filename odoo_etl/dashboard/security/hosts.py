"""Names under which the page is asked for: others are refused, so that no site of others can be a name of ours."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from odoo_etl.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_etl.spec import PageSpec

_PORTS = {"http": 80, "https": 443}


def is_our_host(host: str, settings: PageSpec) -> bool:
    """Whether a `Host` is this machine, an address (which nobody can point elsewhere), or that of `page.url`."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    ours = urlsplit(settings.url).hostname if settings.url else None
    return name == ours or is_loopback(name) or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_our_origin(headers: Mapping[str, str], scheme: str, settings: PageSpec) -> bool:
    """Whether a form was sent by a page of ours: browsers say so at each POST, and no page can say it for another."""
    origin, here = headers.get("origin", ""), _origin(f"{scheme}://{headers.get('host', '')}")
    told = _origin(settings.url) if settings.url else here
    return bool(_origin(origin)[1]) and _origin(origin) == (told if told[1] == here[1] else here)


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", "", None
