"""Pages for a browser: one file each, without network and without script, in light, dark and on paper.

The templates are in `templates/`; all of them begin with `base.html`, whose styles they share.
"""

from odoo_etl.reporting.pages.charts import Series, bars, rows_of_bars
from odoo_etl.reporting.pages.render import STYLE, environment_of, page_parts
from odoo_etl.reporting.pages.words import duration, moment, shown, size

__all__ = [
    "STYLE",
    "Series",
    "bars",
    "duration",
    "environment_of",
    "moment",
    "page_parts",
    "rows_of_bars",
    "shown",
    "size",
]
