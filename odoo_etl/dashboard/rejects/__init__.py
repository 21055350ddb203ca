"""Rejected rows in the page: found, mended in place, downloaded, uploaded, retried."""

from odoo_etl.dashboard.rejects.section import REJECTS

__all__ = ["REJECTS"]
