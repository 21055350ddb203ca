"""The demo: a project with rows of its own, planned, run, and run again; what `odoo-etl demo` shows."""

from odoo_etl.demo.files import Laid, demo_files, lay
from odoo_etl.demo.show import show

__all__ = ["Laid", "demo_files", "lay", "show"]
