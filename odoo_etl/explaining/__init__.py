"""The meaning of each code, and how its cause is mended: the pages behind `odoo-etl explain`, and docs/codes.md."""

from odoo_etl.explaining.book import Chapter, CodePage, all_chapters, explain
from odoo_etl.explaining.render import as_json, as_markdown, list_lines, page_lines

__all__ = [
    "Chapter",
    "CodePage",
    "all_chapters",
    "as_json",
    "as_markdown",
    "explain",
    "list_lines",
    "page_lines",
]
