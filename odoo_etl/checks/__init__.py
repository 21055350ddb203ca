"""Does a job fit its model and its first rows: `validate --online` asks, and writes nothing."""

from odoo_etl.checks.online import check_online, models_on

__all__ = [
    "check_online",
    "models_on",
]
