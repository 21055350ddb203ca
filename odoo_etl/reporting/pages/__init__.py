"""Pages: one file each, without network, light and dark, readable on paper. `base.html` has the style of all."""

from odoo_etl.reporting.pages.environment import page_parts

__all__ = ["page_parts"]
