"""Stored columns of tree models that follow from the parent: paths, complete names, conversion factors."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.expressions import expression

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Model


def refresh(env: Env, model: Model, ids: Collection[int]) -> None:
    """Recompute the records and everything below them, level by level."""
    table = env.table(model)
    level = sorted(ids)
    seen: set[int] = set()
    while level:
        _refresh_level(env, model, table, level)
        seen.update(level)
        below = env.execute(sa.select(table.c.id).where(among(table.c[model.parent], level))).scalars()
        level = sorted(set(below) - seen)


def _refresh_level(env: Env, model: Model, table: sa.Table, ids: list[int]) -> None:
    above = table.alias()
    columns = [name for name in ("parent_path", "complete_name", "factor") if name in table.c]
    name = expression(env, model, table, model.field("name"))
    own = [table.c.relative_factor] if "factor" in columns else []
    query = sa.select(table.c.id, name, *(above.c[column] for column in columns), *own)
    query = query.join_from(table, above, above.c.id == table.c[model.parent], isouter=True)
    for record, label, *inherited in env.execute(query.where(among(table.c.id, ids))).all():
        parent = dict(zip(columns, inherited, strict=False))
        values: dict[str, Any] = {"parent_path": f"{parent['parent_path'] or ''}{record}/"}
        if "complete_name" in parent:
            prefix = parent["complete_name"]
            values["complete_name"] = f"{prefix} / {label}" if prefix else label
        if "factor" in parent:
            values["factor"] = (inherited[-1] or 1.0) * (parent["factor"] or 1.0)
        env.execute(table.update().where(table.c.id == record).values(values))
