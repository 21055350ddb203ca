"""Values that Odoo keeps otherwise than they were sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A value that Odoo keeps otherwise than it was sent.

    Attributes:
        key: what the record is found by.
        id: of the record.
    """

    key: str
    id: int
    field: str
    sent: Any
    kept: Any


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A field whose values Odoo keeps in a form of its own: in how many records, and one of them."""

    records: int
    example: Discrepancy


@dataclass(frozen=True, slots=True)
class Discrepancies:
    """Values that Odoo keeps otherwise than they were sent.

    Attributes:
        rewritten: field to what is kept in a form of its own.
        not_kept_values: how many values are not kept at all.
        not_kept: the first of them.
    """

    rewritten: Mapping[str, Rewritten] = field(default_factory=dict)
    not_kept_values: int = 0
    not_kept: tuple[Discrepancy, ...] = ()
