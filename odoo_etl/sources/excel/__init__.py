"""Workbooks (xlsx, xlsb, xls, ods) and their cells."""

from odoo_etl.sources.excel.files import ExcelFiles

__all__ = [
    "ExcelFiles",
]
