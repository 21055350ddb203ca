"""Rows of several sources as one stream: records and their lines, and rows with columns of others."""

from odoo_etl.sources.joined.join import Join
from odoo_etl.sources.joined.rows import JoinedRows, LineSource
from odoo_etl.sources.joined.side_by_side import Rejoining, SideBySide

__all__ = ["Join", "JoinedRows", "LineSource", "Rejoining", "SideBySide"]
