"""Odoo's field types: how their values are read, encoded, compared, written, loaded and shown."""

from odoo_etl.fieldtypes.bad_value import BadValue, as_text, shown
from odoo_etl.fieldtypes.cells import PARSERS, SUGGESTED, Convert
from odoo_etl.fieldtypes.encoders import ENCODERS, are_wire_texts, encode_as_is, encode_plain, encode_text
from odoo_etl.fieldtypes.html import text_of_paragraph
from odoo_etl.fieldtypes.html_tokens import cleaned
from odoo_etl.fieldtypes.id_list import IdList
from odoo_etl.fieldtypes.properties import Properties, by_name
from odoo_etl.fieldtypes.property_values import differing_properties
from odoo_etl.fieldtypes.rounding import is_exact, rounded, step_of
from odoo_etl.fieldtypes.target import ATTRIBUTES, INEXACT, X2MANY, TargetField

__all__ = [
    "ATTRIBUTES",
    "ENCODERS",
    "INEXACT",
    "PARSERS",
    "SUGGESTED",
    "X2MANY",
    "BadValue",
    "Convert",
    "IdList",
    "Properties",
    "TargetField",
    "are_wire_texts",
    "as_text",
    "by_name",
    "cleaned",
    "differing_properties",
    "encode_as_is",
    "encode_plain",
    "encode_text",
    "is_exact",
    "rounded",
    "shown",
    "step_of",
    "text_of_paragraph",
]
