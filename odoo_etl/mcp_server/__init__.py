"""A server for assistants that speak MCP: they look as they like, and write only by plans that a person approved.

    look ─► plan, kept by its digest ─► a person approves that digest ─► apply_plan ─► `odoo-etl apply` in a process

Loaded by `odoo-etl mcp` alone; `server` needs the extra `mcp`.
"""

from odoo_etl.mcp_server.looking import Looking
from odoo_etl.mcp_server.planning import Planning

__all__ = ["Looking", "Planning"]
