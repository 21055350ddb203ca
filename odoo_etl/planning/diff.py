"""Does Odoo already hold these values? Typed by their fields, because equal values arrive in different clothes.

`wanted` are planned values; `existing` is what `search_read(load="_classic_write")` answered: many2one as id, x2many as
a list of ids, dates as text in UTC, False for "no value" in everything but numbers and x2many.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from odoo_etl.fieldtypes import Same


def difference(
    wanted: Mapping[str, Any], existing: Mapping[str, Any], comparers: Mapping[str, Same]
) -> dict[str, tuple[Any, Any]]:
    """Field to (what Odoo holds, what the source wants), for the fields that differ."""
    return {
        name: (existing.get(name, False), value)
        for name, value in wanted.items()
        if existing.get(name, False) != value and not comparers[name](value, existing.get(name, False))
    }
