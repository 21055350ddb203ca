"""Records of web APIs: page by page, each page asked for once, and put aside until all are there."""

from odoo_etl.sources.http.records import HttpRecords

__all__ = ["HttpRecords"]
