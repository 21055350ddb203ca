"""Steps that know no record, before and after a job or a run: SQL, HTTP requests, commands. Start with `carry_out`."""

from odoo_etl.runs.hooks.carry_out import Hooks, listed, run_environment, total
from odoo_etl.runs.hooks.failure import HookFailed

__all__ = ["HookFailed", "Hooks", "listed", "run_environment", "total"]
