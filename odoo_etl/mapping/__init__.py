"""Rows to records: pure functions over plain values; nothing here talks to a source or to Odoo."""

from odoo_etl.mapping.bonds import Bonds, binds, bound, bound_each, companions, shown_rows, unbound
from odoo_etl.mapping.column_places import place_of_column
from odoo_etl.mapping.columns import Column, UnfitConstant, columns_of
from odoo_etl.mapping.external_id import COLLISION, ExternalId, Parts, collisions, sanitised, why_collision
from odoo_etl.mapping.fields import constant
from odoo_etl.mapping.key_forms import in_any_case, in_one_case, in_one_form
from odoo_etl.mapping.mapper import Mapped, Mapper
from odoo_etl.mapping.markup import Mistaken, mistaken, mistaken_text
from odoo_etl.mapping.origins import Origins
from odoo_etl.mapping.record import (
    CLEAR,
    SKIP,
    Flaw,
    Key,
    Lines,
    Lookup,
    Record,
    Ref,
    RefList,
    Reject,
    Row,
    VariantValues,
    alike,
    beside_rejected,
    changing_rows,
    fold,
    has_lines,
    joined,
    refs_of,
    shown_key,
    shown_parts,
    values_by_path,
)
from odoo_etl.mapping.references import FindField
from odoo_etl.mapping.unseen import OddKeys, oddity_hint
from odoo_etl.mapping.used import key_columns, named_columns, used_columns
from odoo_etl.mapping.variant import OWN, Variant, at_path

__all__ = [
    "CLEAR",
    "COLLISION",
    "OWN",
    "SKIP",
    "Bonds",
    "Column",
    "ExternalId",
    "FindField",
    "Flaw",
    "Key",
    "Lines",
    "Lookup",
    "Mapped",
    "Mapper",
    "Mistaken",
    "OddKeys",
    "Origins",
    "Parts",
    "Record",
    "Ref",
    "RefList",
    "Reject",
    "Row",
    "UnfitConstant",
    "Variant",
    "VariantValues",
    "alike",
    "at_path",
    "beside_rejected",
    "binds",
    "bound",
    "bound_each",
    "changing_rows",
    "collisions",
    "columns_of",
    "companions",
    "constant",
    "fold",
    "has_lines",
    "in_any_case",
    "in_one_case",
    "in_one_form",
    "joined",
    "key_columns",
    "mistaken",
    "mistaken_text",
    "named_columns",
    "oddity_hint",
    "place_of_column",
    "refs_of",
    "sanitised",
    "shown_key",
    "shown_parts",
    "shown_rows",
    "unbound",
    "used_columns",
    "values_by_path",
    "why_collision",
]
