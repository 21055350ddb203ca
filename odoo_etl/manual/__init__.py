"""The pages of the documentation as they come with the package: what `odoo-etl docs` and programs read."""

from odoo_etl.manual.pages import Found, ManualPage, manual_page, manual_pages, search_manual
from odoo_etl.manual.texts import about_of, title_of

__all__ = ["Found", "ManualPage", "about_of", "manual_page", "manual_pages", "search_manual", "title_of"]
