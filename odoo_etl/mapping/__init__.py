"""Rows to records: pure functions over plain values; nothing here talks to a source or to Odoo."""

from odoo_etl.mapping.external_id import collisions
from odoo_etl.mapping.fields import constant
from odoo_etl.mapping.mapper import Mapped, Mapper, used_columns
from odoo_etl.mapping.markup import Mistaken, mistaken, mistaken_text
from odoo_etl.mapping.record import (
    CLEAR,
    SKIP,
    Flaw,
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

__all__ = [
    "CLEAR",
    "SKIP",
    "Flaw",
    "Key",
    "Lookup",
    "Mapped",
    "Mapper",
    "Mistaken",
    "Record",
    "Ref",
    "RefList",
    "Reject",
    "Row",
    "collisions",
    "constant",
    "fold",
    "joined",
    "mistaken",
    "mistaken_text",
    "used_columns",
]
