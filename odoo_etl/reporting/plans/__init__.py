"""Planned changes for people and programs: lines of a terminal, CSV, a page, JSON."""

from odoo_etl.reporting.plans.difference import Parts, parts_of
from odoo_etl.reporting.plans.document import document_parts
from odoo_etl.reporting.plans.jobs import job_lines, plan_lines, summary
from odoo_etl.reporting.plans.lines import ROOM, Line, change_lines
from odoo_etl.reporting.plans.page import Row, Shown, shown_change, write_changes_page
from odoo_etl.reporting.plans.rows import write_changes_csv
from odoo_etl.reporting.plans.summary import TO_DO
from odoo_etl.reporting.plans.value_texts import texts_of

__all__ = [
    "ROOM",
    "TO_DO",
    "Line",
    "Parts",
    "Row",
    "Shown",
    "change_lines",
    "document_parts",
    "job_lines",
    "parts_of",
    "plan_lines",
    "shown_change",
    "summary",
    "texts_of",
    "write_changes_csv",
    "write_changes_page",
]
