"""Rows as a job sees those of its source: renamed, chosen, exploded, each once; in this order."""

from odoo_etl.sources.rows.distinct import SeenRows
from odoo_etl.sources.rows.renamed import renamed
from odoo_etl.sources.rows.shaped import ShapedRows, names_in_source, noted, shaped
from odoo_etl.sources.rows.where import UNCLEAR, Choice, only

__all__ = ["UNCLEAR", "Choice", "SeenRows", "ShapedRows", "names_in_source", "noted", "only", "renamed", "shaped"]
