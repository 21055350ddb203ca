"""The value of a field that holds several records."""

from __future__ import annotations

from typing import NamedTuple


class IdList(NamedTuple):
    """A many2many value: ids, and whether they replace what Odoo has or come in addition."""

    ids: tuple[int, ...]
    command: str  # "set" or "add"
