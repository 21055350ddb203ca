"""The jobs of a run, carried out: one after the other, what each is made of, what follows from their ends."""

from odoo_etl.runs.jobs.deliveries import Handover, NoHandover, Retries, WholeRuns
from odoo_etl.runs.jobs.done_before import AGAIN, Before, looks_of
from odoo_etl.runs.jobs.one_job import RunRequest
from odoo_etl.runs.jobs.schedule import run_jobs

__all__ = ["AGAIN", "Before", "Handover", "NoHandover", "Retries", "RunRequest", "WholeRuns", "looks_of", "run_jobs"]
