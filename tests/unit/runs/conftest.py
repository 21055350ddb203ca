"""Runs that a ledger knows."""

from __future__ import annotations


def ran(ledger, run, code, command="run", parent="", *, wrote=True):
    """A run that ended, and whether it had begun a job and written."""
    ledger.start_run(run, command, parent)
    if wrote:
        job = ledger.start_job(run, "partners", "res.partner", "db", "spec")
        job.done(job.sent(0, "create"), [1])
    if code is not None:
        ledger.finish_run(run, code)
