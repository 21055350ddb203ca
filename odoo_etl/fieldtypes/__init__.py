"""Odoo's field types: how their values are read, encoded, compared, written, loaded and shown.

Only this folder asks for the name of a type; others ask `TargetField.type`, or `type_of` an answer of `fields_get`.
"""

from odoo_etl.fieldtypes.cells import (
    BadValue,
    Convert,
    as_text,
    not_loadable,
    parse_datetime,
    parse_decimal,
    parse_integer,
    several,
    shown,
)
from odoo_etl.fieldtypes.content import (
    Content,
    ContentRef,
    ContentRules,
    StoredContent,
    cell_of,
    is_by_reference,
    is_for_files,
    refers_to_content,
    same_content,
    sha1_of,
    show_content,
)
from odoo_etl.fieldtypes.dates import holds_days
from odoo_etl.fieldtypes.field_type import FieldType, Same
from odoo_etl.fieldtypes.html import holds_html, text_of_paragraph
from odoo_etl.fieldtypes.numbers import is_exact, rounded
from odoo_etl.fieldtypes.properties import shown_difference
from odoo_etl.fieldtypes.relations import id_of_answered
from odoo_etl.fieldtypes.selection import read_label
from odoo_etl.fieldtypes.target import ATTRIBUTES, DescribesFields, TargetField
from odoo_etl.fieldtypes.text import PASSWORDS, are_planned_texts, show_hidden
from odoo_etl.fieldtypes.types import FIELD_TYPES, type_of
from odoo_etl.fieldtypes.written import IdList, all_to_write, answered_as, to_write

__all__ = [
    "ATTRIBUTES",
    "FIELD_TYPES",
    "PASSWORDS",
    "BadValue",
    "Content",
    "ContentRef",
    "ContentRules",
    "Convert",
    "DescribesFields",
    "FieldType",
    "IdList",
    "Same",
    "StoredContent",
    "TargetField",
    "all_to_write",
    "answered_as",
    "are_planned_texts",
    "as_text",
    "cell_of",
    "holds_days",
    "holds_html",
    "id_of_answered",
    "is_by_reference",
    "is_exact",
    "is_for_files",
    "not_loadable",
    "parse_datetime",
    "parse_decimal",
    "parse_integer",
    "read_label",
    "refers_to_content",
    "rounded",
    "same_content",
    "several",
    "sha1_of",
    "show_content",
    "show_hidden",
    "shown",
    "shown_difference",
    "text_of_paragraph",
    "to_write",
    "type_of",
]
