"""Display names: how records are shown, and how a text finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.constraints import absent
from odoo_etl.sandbox.domains import FALSE, NEGATIVE, TRUE, Condition, Node, conjunction, disjunction
from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.expressions import expression
from odoo_etl.sandbox.hierarchy import Search, chain
from odoo_etl.sandbox.older import full_name

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Model

# `_rec_names_search` of Odoo 19; other models are found by the field that names them.
SEARCHED = {
    "res.country": ("name", "code"),
    "res.country.state": ("name", "code"),
    "res.currency": ("name", "full_name"),
    "res.partner": ("complete_name", "email", "ref", "vat", "company_registry"),
}


def search_domain(env: Env, model: Model, operator: str, value: Any, search: Search) -> Node:
    """The condition that `display_name operator value` stands for; `search` finds the ids of a domain."""
    negative = operator in NEGATIVE
    if operator.endswith("like") and not value and "=" not in operator:
        return FALSE if negative else TRUE
    names = [name for name in SEARCHED.get(model.name, ()) if name in model.fields] or [model.rec_name or "id"]
    found = [_typed(name, operator, value) for name in names]
    if model.name == "product.template" and not negative and value:
        found.append(Condition("default_code", operator, value))
        found.append(Condition("barcode", operator, value))
    joined = conjunction(found) if negative else disjunction(found)
    if model.name == "res.partner.category" and operator.endswith("like") and not negative:
        return Condition("id", "child_of", search(env, model, joined))
    return joined


def _typed(name: str, operator: str, value: Any) -> Node:
    if isinstance(value, list | tuple | set):
        return Condition(name, operator, [item if item is False else str(item) for item in value])
    return Condition(name, operator, value)


def display_names(env: Env, model: Model, ids: Iterable[int]) -> dict[int, str]:
    """The display name of each record that exists."""
    wanted = set(ids)
    return SHOWN.get(model.name, _plain)(env, model, wanted) if wanted else {}


def _plain(env: Env, model: Model, ids: set[int]) -> dict[int, str]:
    """The value of the field that names records; `model,id` where it is empty, or where there is none."""
    if not model.rec_name:
        return {record: f"{model.name},{record}" for record in ids - absent(env, model, ids)}
    table = env.table(model)
    name = expression(env, model, table, model.field(model.rec_name))
    rows = env.execute(sa.select(table.c.id, name).where(among(table.c.id, ids)))
    return {row[0]: row[1] or f"{model.name},{row[0]}" for row in rows}


def _path(env: Env, model: Model, ids: set[int]) -> dict[int, str]:
    """`Grandparent / Parent / Name`."""
    parents = chain(env, model, ids)
    names = _plain(env, model, set(parents))
    shown = {}
    for record in ids & parents.keys():
        parts, step = [], record
        while step:
            parts.append(names[step])
            step = parents[step] or 0
        shown[record] = " / ".join(reversed(parts))
    return shown


def _state(env: Env, model: Model, ids: set[int]) -> dict[int, str]:
    """`Name (country code)`."""
    state, country = env.table(model), env.db.tables["res.country"]
    joined = sa.select(state.c.id, state.c.name, country.c.code).join_from(
        state, country, country.c.id == state.c.country_id
    )
    return {row[0]: f"{row[1]} ({row[2]})" for row in env.execute(joined.where(among(state.c.id, ids)))}


def _partner(env: Env, model: Model, ids: set[int]) -> dict[int, str]:
    """The complete name, which may be empty."""
    table = env.table(model)
    rows = env.execute(sa.select(table.c.id, full_name(table)).where(among(table.c.id, ids)))
    return {row[0]: row[1] or "" for row in rows}


def _external(env: Env, model: Model, ids: set[int]) -> dict[int, str]:
    """The name of the record that an external id stands for; its own name where that is not bundled."""
    table = env.table(model)
    rows = env.execute(sa.select(table.c.id, table.c.name, table.c.model, table.c.res_id).where(among(table.c.id, ids)))
    found = rows.all()
    shown = {
        name: display_names(env, env.model(name), {row[3] for row in found if row[2] == name})
        for name in {row[2] for row in found} & env.db.catalog.keys()
    }
    return {row[0]: shown.get(row[2], {}).get(row[3]) or row[1] for row in found}


def _product(env: Env, model: Model, ids: set[int]) -> dict[int, str]:
    """`[code] Name`."""
    table = env.table(model)
    name = expression(env, model, table, model.field("name"))
    rows = env.execute(sa.select(table.c.id, table.c.default_code, name).where(among(table.c.id, ids)))
    return {row[0]: f"[{row[1]}] {row[2]}" if row[1] else row[2] for row in rows}


SHOWN: dict[str, Callable[[Env, Model, set[int]], dict[int, str]]] = {
    "ir.model.data": _external,
    "res.country.state": _state,
    "res.partner": _partner,
    "res.partner.category": _path,
    "product.template": _product,
}
