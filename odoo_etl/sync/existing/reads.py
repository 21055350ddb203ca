"""Reading records with all that their x2many fields link to.

`search_read` leaves archived records out of x2many values, whatever the context says; `read` shows them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.sync.ports import Odoo

ARCHIVED_TOO = {"active_test": False}


def links_among(fields: Iterable[TargetField]) -> frozenset[str]:
    """The names of the x2many fields."""
    return frozenset(one.name for one in fields if one.type.is_many)


def read_whole(  # noqa: PLR0913, PLR0917 - what to read
    client: Odoo,
    model: str,
    domain: Sequence[Any],
    fields: Sequence[str],
    links: Collection[str],
    context: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """The records that match, many2one as ids; a second call brings the x2many fields where any is wanted.

    Args:
        links: names of the model's x2many fields.
    """
    plain = [name for name in fields if name not in links]
    rows = client.search_read(model, domain, plain, load="_classic_write", context=context)
    linking = [name for name in fields if name in links]
    if not linking or not rows:
        return rows
    ids = [row["id"] for row in rows]
    found = client.read(model, ids, linking, load="_classic_write", context={**context, **ARCHIVED_TOO})
    linked = {row["id"]: row for row in found}
    return [{**row, **linked[row["id"]]} for row in rows if row["id"] in linked]
