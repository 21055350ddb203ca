"""Cells to the wire values of a field: transformed, read as a type, then encoded. Each step may raise `BadValue`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from odoo_etl.fieldtypes import (
    ENCODERS,
    PARSERS,
    SUGGESTED,
    Convert,
    TargetField,
    encode_as_is,
    encode_plain,
    encode_text,
)
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
    """The function from a non-empty cell to the wire value of `target`; it raises `BadValue`."""
    encode = _encoder(spec, target)(target)
    if takes_text(spec, target):
        return encode  # reads a cell as text by itself
    parse = PARSERS[_kind(spec, target)](spec)
    return lambda cell: encode(parse(cell))


def takes_text(spec: FieldSpec, target: TargetField) -> bool:
    """Whether a text is written as it is, unless the field cannot hold it."""
    return _kind(spec, target) == "char" and _encoder(spec, target) is encode_text


def _encoder(spec: FieldSpec, target: TargetField) -> Callable[[TargetField], Convert]:
    """What makes wire values of typed ones; only a job that says so has HTML in its cells."""
    if target.ttype == "html" and spec.type != "html":
        return encode_plain
    return ENCODERS.get(target.ttype, encode_as_is)


def _kind(spec: FieldSpec, target: TargetField) -> str:
    """What a cell is read as; see `PARSERS`."""
    if spec.type == "datetime" and target.ttype == "date":
        return "day"
    if spec.type in {"text", "html"}:
        return "char"
    return spec.type or SUGGESTED.get(target.ttype, "as_is")
