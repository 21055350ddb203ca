"""Values that Odoo keeps otherwise than they were sent."""

from odoo_etl.dashboard.discrepancies.section import DISCREPANCIES

__all__ = ["DISCREPANCIES"]
