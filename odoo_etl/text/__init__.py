"""Texts of others: secrets redacted, control characters made visible, cells as text."""

from odoo_etl.text.cells import BEYOND, NoText, OutOfRange, text_of
from odoo_etl.text.secrets import redacted
from odoo_etl.text.terminal import printable

__all__ = [
    "BEYOND",
    "NoText",
    "OutOfRange",
    "printable",
    "redacted",
    "text_of",
]
