"""A run that a test plays to a display, with a clock that it sets."""

from __future__ import annotations

from pathlib import Path

from odoo_etl.events import Phase
from odoo_etl.results import Counts, Destination, JobResult, RejectedRow

ROW = RejectedRow(7, "", ("a", "b"), "name", "map", "required", "needs a value")
WHERE = Destination("main", "https://erp.example.com", "erp", "bot", "Odoo 19.0")
CALL = "res.partner.create"


class Clock:
    """Stands where it is put."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def begin(display, *jobs, rows=50_000):
    """The first of the jobs has its rows."""
    display.run_started("r1", Path("/runs/r1"))
    display.jobs_chosen(jobs or ("partners",))
    display.connected(WHERE)
    start(display, (jobs or ("partners",))[0], rows)


def start(display, job, rows):
    """A job has read its source."""
    display.phase(job, Phase.SOURCE)
    display.job_started(job, rows)
    display.phase(job, Phase.ROWS)


def move(display, clock, seconds, job="partners", **counts):
    """Time passes, and rows get their outcomes."""
    clock.now += seconds
    display.progressed(job, Counts(**counts))


def done(job, **counts):
    """The result of a job that ended well."""
    return JobResult(job, "res.partner", counts=Counts(**counts), elapsed_s=41.24)
