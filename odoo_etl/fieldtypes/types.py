"""Every type of Odoo's fields that the project knows, by the name that `fields_get` gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from odoo_etl.fieldtypes.binary import BINARY
from odoo_etl.fieldtypes.boolean import BOOLEAN
from odoo_etl.fieldtypes.dates import DATE, DATETIME
from odoo_etl.fieldtypes.field_type import FieldType
from odoo_etl.fieldtypes.html import HTML
from odoo_etl.fieldtypes.numbers import FLOAT, INTEGER, MONETARY
from odoo_etl.fieldtypes.properties import JSON, PROPERTIES_DEFINITION, properties_type
from odoo_etl.fieldtypes.relations import MANY2MANY, MANY2ONE, MANY2ONE_REFERENCE, ONE2MANY, REFERENCE
from odoo_etl.fieldtypes.selection import SELECTION
from odoo_etl.fieldtypes.text import CHAR, TEXT

_SINGLE: Final[Mapping[str, FieldType]] = {
    "binary": BINARY,
    "boolean": BOOLEAN,
    "char": CHAR,
    "date": DATE,
    "datetime": DATETIME,
    "float": FLOAT,
    "html": HTML,
    "integer": INTEGER,
    "json": JSON,
    "many2many": MANY2MANY,
    "many2one": MANY2ONE,
    "many2one_reference": MANY2ONE_REFERENCE,
    "monetary": MONETARY,
    "one2many": ONE2MANY,
    "properties_definition": PROPERTIES_DEFINITION,
    "reference": REFERENCE,
    "selection": SELECTION,
    "text": TEXT,
}
FIELD_TYPES: Final[Mapping[str, FieldType]] = {**_SINGLE, "properties": properties_type(_SINGLE)}
OTHER: Final = FieldType()


def type_of(name: str) -> FieldType:
    """The type with that name; `OTHER` for one that some module brings along."""
    return FIELD_TYPES.get(name, OTHER)
