"""The ground of every section of the page: how it declares its routes, what a request is, how a page is made."""

from odoo_etl.dashboard.frame.assets import ASSETS
from odoo_etl.dashboard.frame.ended import Ended
from odoo_etl.dashboard.frame.pages import LARGEST_FORM, Action, Link, NotThere, Page, Refusal, Section
from odoo_etl.dashboard.frame.site import Site
from odoo_etl.dashboard.frame.starting import check_confirmed, checked_key, checked_run, log_of, start
from odoo_etl.dashboard.frame.visit import Visit, Visitor
from odoo_etl.dashboard.frame.waiting import waiting

__all__ = [
    "ASSETS",
    "LARGEST_FORM",
    "Action",
    "Ended",
    "Link",
    "NotThere",
    "Page",
    "Refusal",
    "Section",
    "Site",
    "Visit",
    "Visitor",
    "check_confirmed",
    "checked_key",
    "checked_run",
    "log_of",
    "start",
    "waiting",
]
