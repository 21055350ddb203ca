"""The page as an ASGI application: the routes of all sections, each behind the gate."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from odoo_etl.dashboard.frame import Section, Site
from odoo_etl.dashboard.gate import Gate
from odoo_etl.dashboard.login import login_section
from odoo_etl.dashboard.sections import SECTIONS
from odoo_etl.dashboard.security import Attempts, Prefixed, SafeHeaders, Sessions


def application(
    site: Site, sections: tuple[Section, ...] = SECTIONS, clock: Callable[[], float] = time.monotonic
) -> Starlette:
    """The page of a site; it can also be mounted below a prefix of another application.

    Args:
        sections: its parts, in the order of the navigation.
        clock: seconds, from any beginning on, by which failed logins are forgotten.
    """
    sessions = Sessions(site)
    shown = (*sections, login_section(sessions, Attempts(clock)))
    gate = Gate(site, sessions, shown)
    known = [(section, route) for section in shown for route in section.routes]
    app = Starlette(
        routes=[
            Route(route.path, gate.before(route, section.name), methods=[route.method], name=route.name)
            for section, route in known
        ],
        middleware=[Middleware(SafeHeaders, is_encrypted=site.is_encrypted), Middleware(Prefixed, site=site)],
        exception_handlers={404: gate.lost, 405: gate.lost},
    )
    app.state.paths = {route.name: route.path for _, route in known}
    app.state.site = site
    app.state.declared = tuple(route for _, route in known)
    return app
