"""Nested records, as JSON, XML, web APIs and Odoo have them, as rows: objects to columns, lists to rows of lines."""

from odoo_etl.sources.nested.files import FileReader, FileRecords, Part
from odoo_etl.sources.nested.model import OWN, Block, NestedRecords
from odoo_etl.sources.nested.names import below, escaped, keys_of
from odoo_etl.sources.nested.source import NestedSource, nested_source
from odoo_etl.sources.nested.tree import Node, Tree
from odoo_etl.sources.nested.unfolded import unfolded

__all__ = [
    "OWN",
    "Block",
    "FileReader",
    "FileRecords",
    "NestedRecords",
    "NestedSource",
    "Node",
    "Part",
    "Tree",
    "below",
    "escaped",
    "keys_of",
    "nested_source",
    "unfolded",
]
