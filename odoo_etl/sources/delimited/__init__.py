"""Delimited text: its dialect, its records with their lines, and where it can be cut."""

from odoo_etl.sources.delimited.csv_files import CsvFiles, first_delimiter

__all__ = [
    "CsvFiles",
    "first_delimiter",
]
