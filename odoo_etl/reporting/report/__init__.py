"""`report.html`, which each run leaves in its folder: what an operator looks at in the morning."""

from odoo_etl.reporting.report.page import page_values, write_report
from odoo_etl.reporting.report.times import job_times, methods, waits

__all__ = ["job_times", "methods", "page_values", "waits", "write_report"]
