"""The types that a job may declare for cells, and the keys that mean something with some of them only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from odoo_etl.spec.base import Issue
from odoo_etl.spec.content import OF_CONTENTS

DeclaredType = Literal[
    "char", "text", "html", "integer", "decimal", "boolean", "date", "datetime", "base64", "file", "url"
]

# key -> the types with which it means something
NEEDS_TYPE: Final[dict[str, tuple[str, ...]]] = {
    **OF_CONTENTS,
    "format": ("date", "datetime"),
    "decimal": ("decimal", "integer"),
    "thousands": ("decimal", "integer"),
    "currency": ("decimal", "integer"),
    "percent": ("decimal", "integer"),
    "language": ("date", "datetime"),
    "serial": ("date", "datetime"),
    "timezone": ("date", "datetime"),
}
ALSO_UNTYPED: Final = frozenset({"timezone"})  # then the field in Odoo must be a date or datetime


def wrong_type(data: Mapping[str, Any]) -> Iterator[Issue]:
    """Keys whose type is another one."""
    for key, types in NEEDS_TYPE.items():
        untyped = data.get("type") is None and key in ALSO_UNTYPED
        if data.get(key) is not None and data.get("type") not in types and not untyped:
            wanted = " or ".join(f"`type: {name}`" for name in types)
            yield Issue(f"`{key}` only makes sense with {wanted}", (key,))
