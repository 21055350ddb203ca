"""Does a job fit its model and its first rows: `validate --online` asks, and writes nothing."""

from odoo_etl.checks.expected_columns import check_expected_columns
from odoo_etl.checks.online import check_online

__all__ = [
    "check_expected_columns",
    "check_online",
]
