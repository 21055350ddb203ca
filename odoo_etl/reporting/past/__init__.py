"""Runs of the past as text: the last ones in a list, and everything of one."""

from odoo_etl.reporting.past.history import FOLLOWED, OF, history_lines, outcome, rows_of
from odoo_etl.reporting.past.shown import Story, shown_lines
from odoo_etl.reporting.past.sparks import marks_for

__all__ = ["FOLLOWED", "OF", "Story", "history_lines", "marks_for", "outcome", "rows_of", "shown_lines"]
