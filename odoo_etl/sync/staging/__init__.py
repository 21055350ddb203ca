"""The source, read once before anything is written and put into a temporary file."""

from odoo_etl.sync.staging.bound import gather
from odoo_etl.sync.staging.columns import check_columns, lacks, missing_columns
from odoo_etl.sync.staging.gather import Batch, Gathered, check_size
from odoo_etl.sync.staging.partition import OwnRows, Part, PartRows, Piece, Scattered, scatter
from odoo_etl.sync.staging.together import takes_lines_away

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
    "lacks",
    "missing_columns",
    "scatter",
    "takes_lines_away",
]
