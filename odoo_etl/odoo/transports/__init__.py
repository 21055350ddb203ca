"""The protocols Odoo speaks; a new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from odoo_etl.odoo.transports.base import Login, Transport
from odoo_etl.odoo.transports.http import Http
from odoo_etl.odoo.transports.json2 import Json2
from odoo_etl.odoo.transports.jsonrpc import JsonRpc
from odoo_etl.odoo.transports.xmlrpc import XmlRpc

TRANSPORTS: dict[str, Callable[[Http, Login], Transport]] = {
    "json2": Json2,
    "jsonrpc": JsonRpc,
    "xmlrpc": XmlRpc,
}

__all__ = ["TRANSPORTS", "Login", "Transport"]
