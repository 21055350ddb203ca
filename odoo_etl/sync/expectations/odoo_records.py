"""Sums and counts over records of Odoo: those that a domain finds, read page by page and added up exactly.

Every version of Odoo answers `search_read`, over every protocol and for fields that are not stored, too. `read_group`
does not: Odoo 19 has `formatted_read_group` in its place, and both refuse what is not stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from odoo_etl.sync.expectations.cells import added, from_odoo
from odoo_etl.sync.ports import Odoo

PAGE: Final = 5000  # records read at once


def sum_of(client: Odoo, model: str, domain: Sequence[Any], field: str, context: Mapping[str, Any]) -> Decimal:
    """The exact sum of a field over the records that a domain finds."""
    total = Decimal(0)
    for row in _pages(client, model, domain, field, context):
        total = added(total, from_odoo(row[field]))
    return total


def _pages(
    client: Odoo, model: str, domain: Sequence[Any], field: str, context: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """All records, page by page: until one is empty, for some models leave records out of a page that is full."""
    last = 0
    while page := client.search_read(
        model, [["id", ">", last], *domain], [field], order="id", limit=PAGE, context=context
    ):
        yield from page
        last = page[-1]["id"]
