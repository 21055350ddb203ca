"""Records and what Odoo holds, to a plan of Create / Update / Unchanged / Reject. Pure."""

from odoo_etl.planning.batches import EqualWrites, ManyWrites, batches
from odoo_etl.planning.diff import comparer, difference
from odoo_etl.planning.plan import Create, Kept, Plan, Planner, Update, comparable, reject_all

__all__ = [
    "Create",
    "EqualWrites",
    "Kept",
    "ManyWrites",
    "Plan",
    "Planner",
    "Update",
    "batches",
    "comparable",
    "comparer",
    "difference",
    "reject_all",
]
