"""All sections of the page, in the order of its navigation: a new one is a line here."""

from __future__ import annotations

from typing import Final

from odoo_etl.dashboard.discrepancies import DISCREPANCIES
from odoo_etl.dashboard.frame import ASSETS, Section
from odoo_etl.dashboard.logs import LOGS
from odoo_etl.dashboard.overview import CODES, HISTORY, JOBS, RUNS
from odoo_etl.dashboard.plans import PLANS, UNDO
from odoo_etl.dashboard.rejects import REJECTS
from odoo_etl.dashboard.schedule import SCHEDULE

SECTIONS: Final[tuple[Section, ...]] = (
    JOBS,
    HISTORY,
    RUNS,
    REJECTS,
    PLANS,
    SCHEDULE,
    LOGS,
    UNDO,
    DISCREPANCIES,
    CODES,
    ASSETS,
)
