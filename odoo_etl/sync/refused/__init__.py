"""Refused records, tried once more when later rows may have made room for them."""

from odoo_etl.sync.refused.second_try import RefusedRecords, SecondTries
from odoo_etl.sync.refused.swaps import Swaps

__all__ = [
    "RefusedRecords",
    "SecondTries",
    "Swaps",
]
