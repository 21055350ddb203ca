"""`child_of` and `parent_of`: a tree condition as a plain list of ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.domains import FALSE, Condition, Group, Node, disjunction
from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.schema import RELATIONAL, Field, Model

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env

Search = Callable[["Env", Model, Node], list[int]]


def expand(env: Env, model: Model, field: Field, node: Condition, search: Search) -> Node:
    """The records below (`child_of`) or above (`parent_of`) those that the value names by id or by text.

    On `id` the tree is the model's own; on a field that points to the same model it is that field's.

    Raises:
        ValueError: the field is neither `id` nor relational, or the value cannot name records.
    """
    if node.value is False:
        return FALSE
    if field.name != "id" and field.type not in RELATIONAL:
        raise ValueError(
            f"Cannot execute {node.operator} for {field}, works only for relational fields"
            f" in condition {(node.field, node.operator, node.value)!r}"
        )
    comodel = model if field.name == "id" else env.model(field.relation)
    same = comodel is model and field.type == "many2one"
    roots = _roots(env.with_context(active_test=False) if field.type == "many2one" else env, comodel, node, search)
    if not roots:
        return FALSE
    parent = comodel.field(field.name if same else comodel.parent)
    walk = _below if node.operator == "child_of" else _above
    found = walk(env, env.table(comodel), parent, roots)
    return Condition("id" if same else field.name, "in", sorted(found))


def _roots(env: Env, comodel: Model, node: Condition, search: Search) -> set[int]:
    values: Any = [node.value] if isinstance(node.value, int | str) else node.value
    if not isinstance(values, list | tuple | set):
        raise ValueError(f"Value of type {type(values)} is not supported")  # noqa: TRY004 - the class that Odoo raises
    named: list[Node] = [Condition("display_name", "ilike", value) for value in values if isinstance(value, str)]
    ids = {value for value in values if isinstance(value, int) and value is not False}
    return ids | set(search(env, comodel, Group("|", tuple(named)) if len(named) > 1 else disjunction(named)))


def _below(env: Env, table: sa.Table, parent: Field, roots: set[int]) -> set[int]:
    found: set[int] = set()
    level = set(roots)
    while level:
        found |= level
        rows = env.execute(sa.select(table.c.id).where(among(table.c[parent.name], level)))
        level = set(rows.scalars()) - found
    return found


def _above(env: Env, table: sa.Table, parent: Field, roots: set[int]) -> set[int]:
    found: set[int] = set()
    level = set(roots)
    while level:
        found |= level
        rows = env.execute(sa.select(table.c[parent.name]).where(among(table.c.id, level)))
        level = {value for value in rows.scalars() if value} - found
    return found


def chain(env: Env, model: Model, ids: set[int]) -> dict[int, int | None]:
    """The parent of each of the records and of all their ancestors."""
    table = env.table(model)
    parents: dict[int, int | None] = {}
    level = set(ids)
    while level:
        rows = env.execute(sa.select(table.c.id, table.c[model.parent]).where(among(table.c.id, level)))
        parents |= {row[0]: row[1] for row in rows}
        level = {parent for parent in map(parents.get, level) if parent} - parents.keys()
    return parents
