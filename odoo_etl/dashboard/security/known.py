"""Who may see the page, asked by what stands beside it: the measures."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from odoo_etl.dashboard.frame import Site
from odoo_etl.dashboard.security.identity import by_login, by_proxy
from odoo_etl.dashboard.security.sessions import Sessions


def known_to(site: Site) -> Callable[[Request], bool]:
    """Whether whoever sends a request is logged in to the page of a site, or let in by its proxy."""
    sessions = Sessions(site)

    def is_known(request: Request) -> bool:
        if by_proxy(site, request) is not None:
            return True
        session = sessions.of(request.cookies)
        return session is not None and bool(session.login) and by_login(site, session.login) is not None

    return is_known
