"""Properties: what one field of a record holds under names that its parent record defines (Odoo 16)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from odoo_etl.fieldtypes.bad_value import BadValue, shown


class Properties(dict[str, Any]):
    """Name to value of the properties that a source has; those that it does not name stay as they are."""


def properties_of(value: Any, field: str) -> Properties:
    """The properties that a cell names: a JSON text is read.

    Args:
        value: name to value, or a list of `{"name": ..., "value": ...}`, as Odoo answers it; or JSON text of either.

    Raises:
        BadValue: it is neither.
    """
    found = _read(value) if isinstance(value, str) else value
    if isinstance(found, Mapping) and all(isinstance(name, str) for name in found):
        return Properties(found)
    if isinstance(found, list) and all(isinstance(one, Mapping) and "name" in one for one in found):
        return Properties(by_name(found))
    reason = f'{shown(value)} is no JSON object of properties for {field}, such as {{"color": "red", "size": 3}}'
    raise BadValue("bad_properties", reason)


def by_name(properties: Any) -> Mapping[str, Any]:
    """Name to value of properties as Odoo answers them, or by name already; of none, nothing."""
    if isinstance(properties, Mapping):
        return properties
    return {one["name"]: value_of(one) for one in properties} if isinstance(properties, list) else {}


def value_of(answered: Mapping[str, Any]) -> Any:
    """What one property is sent as: ids without the names that Odoo adds."""
    value = answered.get("value", False)
    if answered.get("type") == "many2one" and isinstance(value, list):
        return value[0]
    if answered.get("type") == "many2many":
        return [one[0] if isinstance(one, list) else one for one in value or ()]
    return value


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(name: str) -> Any:
    raise ValueError(name)
