"""The pages that are seen first: jobs, runs, history, explanations of codes."""

from odoo_etl.dashboard.overview.codes import CODES
from odoo_etl.dashboard.overview.history import HISTORY
from odoo_etl.dashboard.overview.jobs import JOBS
from odoo_etl.dashboard.overview.runs import RUNS

__all__ = ["CODES", "HISTORY", "JOBS", "RUNS"]
