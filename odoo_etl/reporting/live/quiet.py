"""The display of `--quiet`: rows that were rejected and jobs that did not end well, and nothing else."""

from __future__ import annotations

from odoo_etl.reporting.live.plain import PlainDisplay
from odoo_etl.results import JobResult


class QuietDisplay(PlainDisplay):
    """Says what went wrong."""

    def note(self, job: str, text: str) -> None:
        """Say nothing."""

    def ended_well(self, result: JobResult) -> None:
        """Say nothing."""

    def tell_progress(self, now: float) -> None:
        """Say nothing."""
