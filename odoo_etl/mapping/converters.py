"""Transformed cells to the planned values of a field: read as a type, then encoded. Each step may raise `BadValue`."""

from __future__ import annotations

from odoo_etl.fieldtypes import Convert, TargetField, read_label
from odoo_etl.spec import FieldSpec


def converter(spec: FieldSpec, target: TargetField) -> Convert:
    """The function from a non-empty cell to the planned value of `target`; it raises `BadValue`."""
    encode = target.type.encode(target)
    if spec.labels is not None:
        named = read_label(target.name, target.labels, spec.labels)
        return lambda cell: encode(named(cell))
    if target.type.takes_text(spec):
        return encode  # reads a cell as text by itself
    read = target.type.read(spec)
    return lambda cell: encode(read(cell))
