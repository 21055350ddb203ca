"""Who somebody is: by a token of project.yaml, by that of this process alone, or as a trusted proxy says."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from odoo_etl.dashboard.frame import Visitor
from odoo_etl.dashboard.security.sessions import mark_of
from odoo_etl.spec import ANYBODY, PageProxy

if TYPE_CHECKING:
    from starlette.requests import Request

    from odoo_etl.dashboard.frame import Site

ONCE: Final = "operator"  # the name of whoever has the token that was printed at the start
LONGEST_NAME: Final = 200


def by_token(site: Site, typed: str) -> tuple[Visitor, str] | None:
    """Whose token this is, and the token; it takes as long whether one is right, and which."""
    found = None
    asked = hashlib.sha256(typed.encode("utf-8", "surrogatepass")).digest()
    for visitor, token in _tokens(site):
        if hmac.compare_digest(hashlib.sha256(token.encode()).digest(), asked):
            found = visitor, token
    return found


def by_login(site: Site, login: str) -> Visitor | None:
    """Who logged in, by the mark in the session: their token is still there, with the role that it has now."""
    found = None
    for visitor, token in _tokens(site):
        if hmac.compare_digest(mark_of(token, site.secret), login):
            found = visitor
    return found


def _tokens(site: Site) -> Iterator[tuple[Visitor, str]]:
    for one in site.settings.tokens:
        yield Visitor(one.name, one.role), one.token.get_secret_value()
    if site.once:
        yield Visitor(ONCE, "operator"), site.once


def by_proxy(site: Site, request: Request) -> Visitor | None:
    """Who the proxy says it is; None where it says nothing, is not to be believed, or they may not enter."""
    proxy = site.settings.proxy
    if proxy is None or not is_believed(proxy, peer(request)):
        return None
    names = request.headers.getlist(proxy.header)
    name = names[0].strip() if len(names) == 1 else ""  # two of them: one was sent past the proxy
    if not name or len(name) > LONGEST_NAME or name == ANYBODY:
        return None
    role = proxy.roles.get(name) or proxy.roles.get(ANYBODY)
    return Visitor(name, role) if role else None


def is_believed(proxy: PageProxy, address: str) -> bool:
    """Whether what comes from this address may say who somebody is."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    known = getattr(known, "ipv4_mapped", None) or known
    return any(known in network for network in proxy.networks)


def peer(request: Request) -> str:
    """The address that the connection comes from."""
    return request.client.host if request.client else ""


def caller(site: Site, request: Request) -> str:
    """The address of whoever asks: through a proxy that is believed, the last one that it names, if it is one."""
    proxy, address = site.settings.proxy, peer(request)
    if proxy is None or not is_believed(proxy, address):
        return address
    named = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(named))
    except ValueError:
        return address
