"""Records and what Odoo holds, to a plan of Create / Update / Unchanged / Reject. Pure."""

from odoo_etl.planning.batches import EqualWrites, ManyWrites, batches
from odoo_etl.planning.currencies import Currencies
from odoo_etl.planning.dependents import Dependents
from odoo_etl.planning.diff import comparer, difference
from odoo_etl.planning.forms import is_form_of
from odoo_etl.planning.plan import Create, NoChange, Plan, Planner, Update, comparable, reject_all, sent_along

__all__ = [
    "Create",
    "Currencies",
    "Dependents",
    "EqualWrites",
    "ManyWrites",
    "NoChange",
    "Plan",
    "Planner",
    "Update",
    "batches",
    "comparable",
    "comparer",
    "difference",
    "is_form_of",
    "reject_all",
    "sent_along",
]
