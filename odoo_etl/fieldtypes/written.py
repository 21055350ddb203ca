"""Planned values as the external API takes them. They know it themselves, since plans travel without their fields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from odoo_etl.fieldtypes.id_list import IdList
from odoo_etl.fieldtypes.properties import Properties


def all_to_write(values: dict[str, Any], existing: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """Planned values as the external API takes them: x2many as commands, properties as a whole, the others as they are.

    Args:
        existing: the record that they are written to, as it was read.
    """
    types = list(map(type, values.values()))
    if IdList not in types and Properties not in types:  # as it mostly is
        return values
    return {name: to_write(value, existing.get(name)) for name, value in values.items()}


def to_write(value: Any, existing: Any = None) -> Any:
    """One planned value as the external API takes it, in place of what the field holds."""
    return value.to_write(existing) if isinstance(value, (IdList, Properties)) else value


def answered_as(value: Any, old: Any) -> Any:
    """A planned value as Odoo would have answered it, had the field held it before in place of `old`."""
    if isinstance(value, IdList):
        return value.as_answered(old)
    return old if isinstance(value, dict) else value  # what a document held besides, only `old` says
