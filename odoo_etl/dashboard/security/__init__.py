"""Who is let in, and that what they send is theirs."""

from odoo_etl.dashboard.security.attempts import Attempts
from odoo_etl.dashboard.security.headers import POLICY, SafeHeaders
from odoo_etl.dashboard.security.hosts import is_our_host, is_our_origin
from odoo_etl.dashboard.security.identity import by_login, by_proxy, by_token, caller
from odoo_etl.dashboard.security.known import known_to
from odoo_etl.dashboard.security.prefix import Prefixed
from odoo_etl.dashboard.security.sessions import Session, Sessions, mark_of

__all__ = [
    "POLICY",
    "Attempts",
    "Prefixed",
    "SafeHeaders",
    "Session",
    "Sessions",
    "by_login",
    "by_proxy",
    "by_token",
    "caller",
    "is_our_host",
    "is_our_origin",
    "known_to",
    "mark_of",
]
