"""The order of search results, as Odoo and PostgreSQL sort: empty cells are greatest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.errors import UserError
from odoo_etl.sandbox.expressions import Expression, expression

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Field, Model

Key = tuple[Expression, bool, bool]  # what to sort by, downwards, empty cells first
WORDS = frozenset({"asc", "desc", "nulls", "first", "last"})


def order_by(env: Env, model: Model, table: sa.FromClause, order: str) -> list[sa.ColumnElement[Any]]:
    """The SQL of an order such as `"name desc, id"`; a many2one sorts as its own model does by default.

    Raises:
        UserError: the text is no order.
        ValueError: a field does not exist or cannot sort.
    """
    terms: list[sa.ColumnElement[Any]] = []
    for cell, down, nulls_first in _keys(env, model, table, order, ()):
        directed = cell.desc() if down else cell.asc()
        terms.append(directed.nulls_first() if nulls_first else directed.nulls_last())
    return terms


def _keys(env: Env, model: Model, table: sa.FromClause, order: str, seen: tuple[str, ...]) -> list[Key]:
    keys: list[Key] = []
    for part in order.split(","):
        name, *words = part.lower().split() or [""]
        if not name or not WORDS.issuperset(words):
            raise UserError(
                f'Invalid "order" specified ({order}). A valid "order" specification is a comma-separated list of '
                "valid field names (optionally followed by asc/desc for the direction)"
            )
        field, down = model.fields.get(name.removesuffix(".id")), "desc" in words
        if field is None:
            raise ValueError(f"Invalid field {name!r} on model {model.name!r}")
        if field.type == "many2one" and not name.endswith(".id"):
            keys += _through(env, field, expression(env, model, table, field), seen, down=down)
        else:
            nulls_first = "first" in words if "nulls" in words else down
            keys.append((expression(env, model, table, field), down, nulls_first))
    return keys


def _through(env: Env, field: Field, link: Expression, seen: tuple[str, ...], *, down: bool) -> list[Key]:
    """The comodel's default order, turned round for `desc`; a field that leads back to itself does not sort."""
    if str(field) in seen:
        return []
    comodel = env.model(field.relation)
    other = env.table(comodel).alias()
    return [
        (sa.select(cell).where(other.c.id == link).scalar_subquery(), inner != down, inner != down)
        for cell, inner, _ in _keys(env, comodel, other, comodel.order, (*seen, str(field)))
    ]
