"""Does a job fit its model and its first rows: `validate` asks a server, or snapshots, and writes nothing."""

from odoo_etl.checks.key_quality import judge_key, key_fields
from odoo_etl.checks.model_fields import ASKED, reports_of
from odoo_etl.checks.offline import check_offline
from odoo_etl.checks.online import check_online, models_on

__all__ = [
    "ASKED",
    "check_offline",
    "check_online",
    "judge_key",
    "key_fields",
    "models_on",
    "reports_of",
]
