"""Planned changes for people and programs: lines of a terminal, CSV, a page, JSON."""

from odoo_etl.reporting.plans.document import document_parts
from odoo_etl.reporting.plans.jobs import plan_lines
from odoo_etl.reporting.plans.lines import ROOM, Line, change_lines
from odoo_etl.reporting.plans.page import write_changes_page
from odoo_etl.reporting.plans.rows import write_changes_csv

__all__ = [
    "ROOM",
    "Line",
    "change_lines",
    "document_parts",
    "plan_lines",
    "write_changes_csv",
    "write_changes_page",
]
