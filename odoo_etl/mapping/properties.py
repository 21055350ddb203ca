"""Properties: what one field of a record holds under names that its parent record defines (Odoo 16)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from odoo_etl.mapping.bad_value import BadValue, shown


def properties_of(value: Any, field: str) -> Any:
    """The properties that a cell names, as the API takes them: a JSON text is read.

    Returns:
        Name to value, or a list of `{"name": ..., "value": ...}`, as Odoo answers it.

    Raises:
        BadValue: it is neither.
    """
    found = _read(value) if isinstance(value, str) else value
    if isinstance(found, Mapping) and all(isinstance(name, str) for name in found):
        return found
    if isinstance(found, list) and all(isinstance(one, Mapping) and "name" in one for one in found):
        return found
    reason = f'{shown(value)} is no JSON object of properties for {field}, such as {{"color": "red", "size": 3}}'
    raise BadValue("bad_properties", reason)


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(name: str) -> Any:
    raise ValueError(name)
