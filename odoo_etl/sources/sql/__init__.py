"""The rows of queries: databases, sessions, statements, watermarks."""

from odoo_etl.sources.sql.query import SqlQuery, query_text

__all__ = [
    "SqlQuery",
    "query_text",
]
