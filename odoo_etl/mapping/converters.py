"""Cells to the planned values of a field: transformed, read as a type, then encoded. Each step may raise `BadValue`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from odoo_etl.fieldtypes import Convert, TargetField
from odoo_etl.spec import FieldSpec

TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "strip": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "collapse": lambda text: " ".join(text.split()),
    "digits": lambda text: re.sub(r"\D", "", text, flags=re.ASCII),
}


def converter(spec: FieldSpec, target: TargetField) -> Convert:
    """The function from a non-empty cell to the planned value of `target`; it raises `BadValue`."""
    encode = target.type.encode(target)
    if target.type.takes_text(spec):
        return encode  # reads a cell as text by itself
    read = target.type.read(spec)
    return lambda cell: encode(read(cell))
