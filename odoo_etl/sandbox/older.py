"""Answers of servers before Odoo 15 that differ from later ones (measured on Odoo 14.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.env import among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_etl.sandbox.schema import Field

ZERO_IN_LISTS_SINCE = 15
FIELDS_ATTACHMENTS_SINCE = 15  # a search that asks for them finds them
GIVES_TO_PARENT_SINCE = 15  # a contact, its address and tax number
NUMBERS = ("integer", "float", "monetary")


def takes_zeros_for_nothing(field: Field, operator: str, major: int) -> bool:
    """Whether a 0 in the list of a condition is no value, as False is."""
    return major < ZERO_IN_LISTS_SINCE and field.type in NUMBERS and operator in ("in", "not in")


def full_name(table: sa.FromClause) -> sa.ColumnElement[Any]:
    """The column of a partner's name behind that of its company, by the name that the snapshot's version has."""
    return table.c["complete_name" if "complete_name" in table.c else "display_name"]


def listed(cell: sa.ColumnElement[Any], values: Sequence[Any], operator: str) -> sa.ColumnElement[bool]:
    """`in` and `not in` of numbers: a 0 and False find what is NULL, and nothing that is 0."""
    given = [value for value in values if value]
    found = among(cell, given) if given else sa.false()
    if len(given) < len(values):
        found = sa.or_(found, cell.is_(None))
    return sa.func.coalesce(found, sa.false()) if operator == "in" else sa.not_(sa.func.coalesce(found, sa.false()))
