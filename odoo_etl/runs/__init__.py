"""The jobs of a run, one after the other in dependency order, and what a run is made of. Start with `schedule`."""

from odoo_etl.runs.one_job import RunRequest
from odoo_etl.runs.schedule import run_jobs, undo_jobs

__all__ = [
    "RunRequest",
    "run_jobs",
    "undo_jobs",
]
