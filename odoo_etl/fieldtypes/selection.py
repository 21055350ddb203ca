"""`selection`: one of the values that the field offers."""

from __future__ import annotations

from typing import Any

from odoo_etl.fieldtypes.bad_value import BadValue, shown
from odoo_etl.fieldtypes.cells import Convert, read_as
from odoo_etl.fieldtypes.field_type import Field, FieldType
from odoo_etl.fieldtypes.text import encode_text, same_text, text_or_false


def encode_selection(field: Field) -> Convert:
    """One of the values that the field offers."""
    text = encode_text(field)
    allowed = field.selection

    def encode(value: Any) -> str:
        choice: str = text(value)
        if allowed is not None and choice not in allowed:
            some = ", ".join(sorted(map(str, allowed))[:12]) + (", …" if len(allowed) > 12 else "")
            raise BadValue("bad_selection", f"{shown(value)} is not among the values of {field.name}: {some}")
        return choice

    return encode


SELECTION = FieldType(
    read=read_as("char"),
    encode=encode_selection,
    same=lambda _: same_text,
    comparable=lambda _: text_or_false,
    cell=str,
    is_text=True,
    is_dated=True,
    has_choices=True,
)
