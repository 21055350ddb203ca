"""Texts of others: secrets redacted, control characters made visible, cells as text, several values in one cell."""

from odoo_etl.text.cells import BEYOND, ERROR_TEXT, MOST_DIGITS, NoText, OutOfRange, text_of
from odoo_etl.text.content_cells import ODOO, OdooContent
from odoo_etl.text.letters import lowered
from odoo_etl.text.quoted import general, unquoted
from odoo_etl.text.secrets import keep_secret, printable, redacted, secrets_in_use
from odoo_etl.text.splitting import values_in

__all__ = [
    "BEYOND",
    "ERROR_TEXT",
    "MOST_DIGITS",
    "ODOO",
    "NoText",
    "OdooContent",
    "OutOfRange",
    "general",
    "keep_secret",
    "lowered",
    "printable",
    "redacted",
    "secrets_in_use",
    "text_of",
    "unquoted",
    "values_in",
]
