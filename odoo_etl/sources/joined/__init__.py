"""Records and their lines from sources of their own, as one stream of rows."""

from odoo_etl.sources.joined.rows import JoinedRows, LineSource

__all__ = ["JoinedRows", "LineSource"]
