"""`boolean`: true and false, never empty."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from odoo_etl.fieldtypes.cells import BadValue, Convert, read_as, shown
from odoo_etl.fieldtypes.field_type import Field, FieldType, never


def encode_boolean(field: Field) -> Convert:
    """True and false, also as 1 and 0."""

    def encode(value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, (int, Decimal, float)) and value in (0, 1):
            return bool(value)
        raise BadValue("bad_boolean", f"{shown(value)} is no true or false for {field.name}")

    return encode


def same_truth(ours: Any, theirs: Any) -> bool:
    """Both are true, or both false."""
    return bool(ours) is bool(theirs)


BOOLEAN = FieldType(
    read=read_as("boolean"),
    encode=encode_boolean,
    fitting=("integer", "decimal", "boolean"),
    typed=bool,
    same=lambda _: same_truth,
    cell=lambda value: "1" if value else "0",
    show=lambda value: value,
    is_empty=never,
    false_is_a_value=True,
    never_empty=True,
    is_dated=True,
)
