"""Transforms: from text to text, before a cell is read as a type. One file, or one line in `TRANSFORMS`."""

from odoo_etl.spec.transforms.base import NO_CELLS, Arguments, Change, Unreadable
from odoo_etl.spec.transforms.regex import checked_pattern, compiled_pattern
from odoo_etl.spec.transforms.steps import TRANSFORMS, Transforms, arguments_of, change_of, columns_of

__all__ = [
    "NO_CELLS",
    "TRANSFORMS",
    "Arguments",
    "Change",
    "Transforms",
    "Unreadable",
    "arguments_of",
    "change_of",
    "checked_pattern",
    "columns_of",
    "compiled_pattern",
]
