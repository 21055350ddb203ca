"""JSON: records one a line, or in documents."""

from odoo_etl.sources.json_text.files import json_documents, json_lines

__all__ = ["json_documents", "json_lines"]
