"""HTTP as all who ask for something need it: whom to connect to and to trust, and what answers say."""

from odoo_etl.web.addresses import PrivateAddress, ending, pools
from odoo_etl.web.answers import retry_after_s, shut, what_failed
from odoo_etl.web.fetching import (
    Fetching,
    Gone,
    NoPageWanted,
    NotAvailable,
    NotToBeHad,
    Wanted,
    check_address,
)
from odoo_etl.web.kept import Kept, KeptDownloads, private
from odoo_etl.web.tls import tls_context

__all__ = [
    "Fetching",
    "Gone",
    "Kept",
    "KeptDownloads",
    "NoPageWanted",
    "NotAvailable",
    "NotToBeHad",
    "PrivateAddress",
    "Wanted",
    "check_address",
    "ending",
    "pools",
    "private",
    "retry_after_s",
    "shut",
    "tls_context",
    "what_failed",
]
