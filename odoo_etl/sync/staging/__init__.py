"""The source, read once before anything is written and put into a temporary file."""

from odoo_etl.sync.staging.bound import gather
from odoo_etl.sync.staging.gather import Batch, Gathered, check_columns, check_size
from odoo_etl.sync.staging.partition import OwnRows, Part, PartRows, Piece, Scattered, scatter

__all__ = [
    "Batch",
    "Gathered",
    "OwnRows",
    "Part",
    "PartRows",
    "Piece",
    "Scattered",
    "check_columns",
    "check_size",
    "gather",
    "scatter",
]
