"""Pages for a browser: one file each, without network and without script, in light, dark and on paper.

`render` fills a template of `templates/`; all of them begin with `base.html`, whose styles they share.
"""

from odoo_etl.reporting.pages.render import render
from odoo_etl.reporting.pages.report import PAGE_FILE, write_report

__all__ = ["PAGE_FILE", "render", "write_report"]
