"""Logs: of the server, of commands, of runs."""

from odoo_etl.dashboard.logs.section import LOGS

__all__ = ["LOGS"]
