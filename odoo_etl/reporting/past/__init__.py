"""Runs of the past as text: the last ones in a list, and everything of one."""

from odoo_etl.reporting.past.history import history_lines
from odoo_etl.reporting.past.shown import Story, shown_lines
from odoo_etl.reporting.past.sparks import marks_for

__all__ = ["Story", "history_lines", "marks_for", "shown_lines"]
