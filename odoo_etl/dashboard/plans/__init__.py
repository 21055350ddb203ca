"""Plans: what a run, or an undo, would do, old beside new; then exactly that is carried out."""

from odoo_etl.dashboard.plans.section import PLANS
from odoo_etl.dashboard.plans.undo import UNDO

__all__ = ["PLANS", "UNDO"]
