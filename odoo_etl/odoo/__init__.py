"""The wire: calls, values, transports, errors by name, retry, and the public client."""

from odoo_etl.odoo.api_keys import KeyExpiry, key_expiry
from odoo_etl.odoo.call import Call, names_parameters
from odoo_etl.odoo.client import OdooClient
from odoo_etl.odoo.faults import ACCESS_ERROR
from odoo_etl.odoo.limiter import Limiter
from odoo_etl.odoo.retry import CallWatch, Listener, RetryEvent, RetryPolicy
from odoo_etl.odoo.transports import TRANSPORTS, Transport
from odoo_etl.odoo.version import ServerVersion

__all__ = [
    "ACCESS_ERROR",
    "TRANSPORTS",
    "Call",
    "CallWatch",
    "KeyExpiry",
    "Limiter",
    "Listener",
    "OdooClient",
    "RetryEvent",
    "RetryPolicy",
    "ServerVersion",
    "Transport",
    "key_expiry",
    "names_parameters",
]
