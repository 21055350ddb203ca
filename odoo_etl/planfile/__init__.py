"""Plan files: every planned write kept in one file, and what is about to be written held against it.

    plan --out ─► Keeper ─► PlanFile ─► Comparison (the plan again) ─► Guard (each write, right before it is sent)

Start with `store`.
"""

from odoo_etl.planfile.comparison import Comparison
from odoo_etl.planfile.differences import stale
from odoo_etl.planfile.guard import Guard, Made
from odoo_etl.planfile.keeping import Keeper
from odoo_etl.planfile.origins import Origins, changed_since, other_destinations
from odoo_etl.planfile.store import NotAPlanFile, PlanFile, PlanFileMaker, copied

__all__ = [
    "Comparison",
    "Guard",
    "Keeper",
    "Made",
    "NotAPlanFile",
    "Origins",
    "PlanFile",
    "PlanFileMaker",
    "changed_since",
    "copied",
    "other_destinations",
    "stale",
]
