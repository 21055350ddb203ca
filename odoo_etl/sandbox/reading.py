"""search, read and what they share: the order of records, the values of fields, many2one as id or as pair."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.attachments import without_fields
from odoo_etl.sandbox.conditions import Scope, where, with_active_test
from odoo_etl.sandbox.domains import Node, parse
from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.errors import MissingError
from odoo_etl.sandbox.expressions import Expression, expression
from odoo_etl.sandbox.field_values import from_column
from odoo_etl.sandbox.names import display_names
from odoo_etl.sandbox.ordering import order_by
from odoo_etl.sandbox.schema import X2MANY, Field, Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from odoo_etl.sandbox.env import Env

CLASSIC_READ = "_classic_read"
Row = dict[str, Any]


def search(  # noqa: PLR0913 - Odoo's own parameters
    env: Env,
    model: Model,
    domain: Any,
    *,
    offset: int = 0,
    limit: int | None = None,
    order: str | None = None,
) -> list[int]:
    """The ids of the records that match, in order.

    Raises:
        ValueError, TypeError: the domain or the order is not valid.
    """
    table = env.table(model)
    query = sa.select(table.c.id).where(_clause(env, model, table, domain))
    query = query.order_by(*order_by(env, model, table, order or model.order))
    query = query.limit(limit or -1).offset(offset or 0)
    return list(env.execute(query).scalars())


def count(env: Env, model: Model, domain: Any, limit: int | None = None) -> int:
    """How many records match, at most `limit`."""
    table = env.table(model)
    found = sa.select(table.c.id).where(_clause(env, model, table, domain)).limit(limit or -1).subquery()
    return int(env.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())


def _clause(env: Env, model: Model, table: sa.Table, domain: Any) -> sa.ColumnElement[bool]:
    node: Node = without_fields(env, model, with_active_test(model, parse(domain or []), env.context))
    return where(Scope(env, model, table), node)


def read(
    env: Env, model: Model, ids: Sequence[int], fields: Sequence[str] | None, load: str | None = CLASSIC_READ
) -> list[Row]:
    """The records that exist as dicts of `id` and the fields, in the order of `ids`.

    Args:
        env: the call's environment.
        model: their model.
        ids: the records.
        fields: names; None or an empty list reads all.
        load: `_classic_read` gives many2one as `[id, display name]`; anything else as the id.

    Raises:
        ValueError: the model has no such field.
    """
    chosen = [model.field(name) for name in fields or model.fields]
    rows = {row["id"]: row for row in _rows(env, model, ids, chosen, load)}
    return [rows[record] for record in ids if record in rows]


def missing_error(env: Env, model: Model, ids: Iterable[int]) -> MissingError:
    """Odoo's error for records that do not exist."""
    shown = f"{model.name}({', '.join(map(str, ids))},)"
    return MissingError(f"Record does not exist or has been deleted.\n(Record: {shown}, User: {env.uid})")


def _rows(env: Env, model: Model, ids: Sequence[int], fields: Sequence[Field], load: str | None) -> list[Row]:
    """The existing ones among the records, unordered."""
    table = env.table(model)
    in_sql = [f for f in fields if f.type not in X2MANY and f.name not in ("display_name", "id")]
    columns = [expression(env, model, table, field) for field in in_sql]
    found = env.execute(sa.select(table.c.id, *columns).where(among(table.c.id, ids))).all()
    rows: list[Row] = [{"id": values[0]} for values in found]
    for position, field in enumerate(in_sql, start=1):
        for row, values in zip(rows, found, strict=True):
            row[field.name] = from_column(field, values[position])
    for field in fields:
        if field.type in X2MANY:
            linked = linked_ids(env, field, ids)
            for row in rows:
                row[field.name] = linked.get(row["id"], [])
        elif field.name == "display_name":
            shown = display_names(env, model, [row["id"] for row in rows])
            for row in rows:
                row["display_name"] = shown.get(row["id"], False)
        elif field.type == "many2one" and load == CLASSIC_READ:
            _as_pairs(env, field, rows)
    return [{"id": row["id"], **{field.name: row[field.name] for field in fields}} for row in rows]


def _as_pairs(env: Env, field: Field, rows: list[Row]) -> None:
    """Turn the ids of a many2one into `[id, display name]`."""
    shown = display_names(env, env.model(field.relation), {row[field.name] for row in rows if row[field.name]})
    for row in rows:
        if row[field.name]:
            row[field.name] = [row[field.name], shown.get(row[field.name], "")]


def linked_ids(env: Env, field: Field, ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids an x2many field shows for each record: in the comodel's order, archived ones as the context says."""
    comodel = env.model(field.relation)
    other = env.table(comodel)
    own = field.described.get("domain")
    context = {**env.context, **(field.described.get("context") or {})}
    node = with_active_test(comodel, parse(own if isinstance(own, list) else []), context)
    if field.link:
        _, first, second = field.link
        link = env.db.links[field.link[0]]
        owner: Expression = link.c[first]
        query = sa.select(owner, other.c.id).join_from(link, other, other.c.id == link.c[second])
    else:
        owner = expression(env, comodel, other, comodel.field(field.inverse))
        query = sa.select(owner, other.c.id)
    query = query.where(among(owner, ids), where(Scope(env, comodel, other), node))
    found: dict[int, list[int]] = defaultdict(list)
    for row in env.execute(query.order_by(*order_by(env, comodel, other, comodel.order))):
        found[row[0]].append(row[1])
    return found
