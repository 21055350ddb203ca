"""Rows to records: pure functions over plain values; nothing here talks to a source or to Odoo."""

from odoo_etl.mapping.bad_value import BadValue
from odoo_etl.mapping.external_id import collisions
from odoo_etl.mapping.fields import constant
from odoo_etl.mapping.mapper import Mapped, Mapper, used_columns
from odoo_etl.mapping.markup import Mistaken, mistaken, mistaken_text
from odoo_etl.mapping.properties import Properties, by_name, value_of
from odoo_etl.mapping.record import (
    CLEAR,
    SKIP,
    Flaw,
    IdList,
    Key,
    Lookup,
    Record,
    Ref,
    RefList,
    Reject,
    Row,
    fold,
    joined,
)
from odoo_etl.mapping.target import ATTRIBUTES, INEXACT, X2MANY, TargetField

__all__ = [
    "ATTRIBUTES",
    "CLEAR",
    "INEXACT",
    "SKIP",
    "X2MANY",
    "BadValue",
    "Flaw",
    "IdList",
    "Key",
    "Lookup",
    "Mapped",
    "Mapper",
    "Mistaken",
    "Properties",
    "Record",
    "Ref",
    "RefList",
    "Reject",
    "Row",
    "TargetField",
    "by_name",
    "collisions",
    "constant",
    "fold",
    "joined",
    "mistaken",
    "mistaken_text",
    "used_columns",
    "value_of",
]
