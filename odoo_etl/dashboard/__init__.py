"""The page of `odoo-etl serve`: a Starlette application, without a build step, without anything from the network.

A section is a module with a `Section`: its routes and its entry in the navigation; `sections` lists them. Each route is
a `Page` (GET, changes nothing) or an `Action` (POST), with the role that it needs: the gate (`gate.py`) asks before the
section is called. Templates are in `templates/`, styles and scripts in `static/`.
"""

from odoo_etl.dashboard.application import application
from odoo_etl.dashboard.frame import Action, Link, NotThere, Page, Refusal, Section, Site, Visit, Visitor
from odoo_etl.dashboard.opening import Listening, open_site, server_options
from odoo_etl.dashboard.security import known_to

__all__ = [
    "Action",
    "Link",
    "Listening",
    "NotThere",
    "Page",
    "Refusal",
    "Section",
    "Site",
    "Visit",
    "Visitor",
    "application",
    "known_to",
    "open_site",
    "server_options",
]
