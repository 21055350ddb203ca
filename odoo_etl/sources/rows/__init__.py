"""Rows as a job sees those of its source: renamed, chosen, exploded, each once; in this order."""

from odoo_etl.sources.rows.distinct import SeenRows
from odoo_etl.sources.rows.first_rows import FirstRows
from odoo_etl.sources.rows.renamed import NO_NAMES, check_there, renamed
from odoo_etl.sources.rows.shaped import ShapedRows, names_in_source, noted, shaped
from odoo_etl.sources.rows.where import UNCLEAR, Choice, only

__all__ = [
    "NO_NAMES",
    "UNCLEAR",
    "Choice",
    "FirstRows",
    "SeenRows",
    "ShapedRows",
    "check_there",
    "names_in_source",
    "noted",
    "only",
    "renamed",
    "shaped",
]
