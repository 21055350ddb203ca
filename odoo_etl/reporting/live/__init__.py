"""The news of a run while it goes on: a live picture on a terminal, lines in a log, JSON objects for machines."""

from odoo_etl.reporting.live.choice import Display, display
from odoo_etl.reporting.live.objects import as_object

__all__ = ["Display", "as_object", "display"]
