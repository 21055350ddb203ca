"""Domains as SQL: each condition by the type of its field, as Odoo 19 does (`Field.condition_to_sql`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox import hierarchy, names, older
from odoo_etl.sandbox.domains import (
    NEGATIVE,
    TRUE,
    Condition,
    Constant,
    Group,
    Node,
    Not,
    conjunction,
    disjunction,
    negate,
    parse,
)
from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.expressions import Table, expression
from odoo_etl.sandbox.field_values import to_column
from odoo_etl.sandbox.schema import RELATIONAL, X2MANY, Field, Model
from odoo_etl.sandbox.temporal import date_conditions, datetime_conditions

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a condition stands: the records of a table (or of an alias of it) of a model."""

    env: Env
    model: Model
    table: Table


Clause = sa.ColumnElement[bool]
COLLECTIONS = (list, tuple, set, frozenset)
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def where(at: Scope, node: Node) -> Clause:
    """The SQL condition of a domain on the records of `table`.

    Raises:
        ValueError, TypeError: a field, an operator or a value does not fit (the same classes as in Odoo).
    """
    if isinstance(node, Constant):
        return sa.true() if node.value else sa.false()
    if isinstance(node, Group):
        parts = [where(at, child) for child in node.children]
        return sa.and_(*parts) if node.operator == "&" else sa.or_(*parts)
    if isinstance(node, Not):
        opposite = negate(node.child, lambda name: _has_falsy(at.model, name))
        if isinstance(opposite, Not):
            return where(at, opposite.child).is_not(sa.true())
        return where(at, opposite)
    return _condition(at, node)


def _has_falsy(model: Model, name: str) -> bool:
    return model.field(name).falsy is not None


def _normal(node: Condition) -> Node:
    """The same condition with one of the standard operators."""
    operator, value = node.operator, node.value
    if operator == "=?":
        return _normal(Condition(node.field, "=", value)) if value else TRUE
    if operator in ("=", "==", "!=", "<>"):
        listed = (list(value) or [False]) if isinstance(value, COLLECTIONS) else [value]
        return Condition(node.field, "in" if operator in ("=", "==") else "not in", listed)
    if operator in ("in", "not in"):
        if isinstance(value, Constant | Condition | Group | Not):
            return Condition(node.field, "any" if operator == "in" else "not any", value)
        if not value:
            return Constant(value=operator == "not in")
        return Condition(node.field, operator, list(value) if isinstance(value, COLLECTIONS) else [value])
    return node


def _condition(at: Scope, condition: Condition) -> Clause:
    """One condition, brought to a standard operator."""
    head, _, rest = condition.field.partition(".")
    field = at.model.fields.get(head)
    if field is None:
        raise ValueError(f"Invalid field {at.model.name}.{head} in condition {_shown(condition)!r}")
    if rest:
        return _any(at, field, "any", Condition(rest, condition.operator, condition.value))
    node = _normal(condition)
    if isinstance(node, Condition) and older.takes_zeros_for_nothing(field, condition.operator, at.env.major):
        return older.listed(expression(at.env, at.model, at.table, field), node.value, node.operator)
    return _leaf(at, field, node) if isinstance(node, Condition) else where(at, node)


def _leaf(at: Scope, field: Field, node: Condition) -> Clause:
    """A condition with a standard operator on a field of the scope's own model."""
    if node.operator in ("child_of", "parent_of"):
        return where(at, hierarchy.expand(at.env, at.model, field, node, search_ids))
    if node.operator in ("any", "not any"):
        return _any(at, field, node.operator, parse(node.value))
    if field.name == "display_name":
        return where(at, names.search_domain(at.env, at.model, node.operator, node.value, search_ids))
    if node.operator.endswith("like"):
        return _like(at, field, node)
    if field.type in X2MANY:
        return _x2many(at, field, node)
    return _scalar(at, field, node)


def _shown(node: Condition) -> tuple[str, str, Any]:
    return (node.field, node.operator, node.value)


def _scalar(at: Scope, field: Field, node: Condition) -> Clause:
    """`in` and the comparisons on a field with one value."""
    if field.path and not field.column:
        return where(at, _related(at.model, field, node))
    if field.type == "many2one" and (named := _by_name(field, node)):
        return where(at, named)
    if field.type == "boolean":
        return _boolean(at, field, node)
    if field.type in ("date", "datetime"):
        rewrite = date_conditions if field.type == "date" else datetime_conditions
        simpler = rewrite(node)
        if simpler is not node:
            return where(at, simpler)
    if node.operator in ("in", "not in"):
        return _equal(at, field, node)
    return _compare(at, field, node)


def _related(model: Model, field: Field, node: Condition) -> Node:
    """A condition on a related field as one on its path; a missing link counts as an empty value."""
    found: Node = Condition(field.path, node.operator, node.value)
    head = field.path.split(".")[0]
    values = node.value if isinstance(node.value, COLLECTIONS) else [node.value]
    empty = any(value is False or value == field.falsy for value in values)
    if (node.operator in NEGATIVE) != empty and not model.field(head).required:
        return disjunction([found, Condition(head, "=", False)])
    return found


def _by_name(field: Field, node: Condition) -> Node | None:
    """A many2one or x2many compared with texts means their display names; None when there are no texts."""
    if node.operator not in ("in", "not in"):
        if isinstance(node.value, str):
            raise TypeError(
                f"Inequality not supported for relational field using a string in condition {_shown(node)!r}"
            )
        return None
    texts = [value for value in node.value if isinstance(value, str)]
    if not texts:
        return None
    rest = [value for value in node.value if not isinstance(value, str)]
    quantifier = "any" if node.operator == "in" else "not any"
    parts: list[Node] = [Condition(field.name, quantifier, Condition("display_name", "in", texts))]
    if rest:
        parts.append(Condition(field.name, node.operator, rest))
    return disjunction(parts) if node.operator == "in" else conjunction(parts)


def _boolean(at: Scope, field: Field, node: Condition) -> Clause:
    if node.operator not in ("in", "not in"):
        raise ValueError(
            f"Cannot compare {field.name!r} to {type(node.value)} which is not a collection of length 1"
            f" in condition {_shown(node)!r}"
        )
    values = {_truth(value) for value in node.value}
    wanted = values if node.operator == "in" else {True, False} - values
    if len(wanted) != 1:
        return sa.true() if wanted else sa.false()
    holds = expression(at.env, at.model, at.table, field) == 1
    return holds.is_(sa.true()) if True in wanted else holds.is_not(sa.true())


def _truth(value: Any) -> bool:
    return value.lower() in ("y", "yes", "1", "true", "t", "on") if isinstance(value, str) else bool(value)


def _equal(at: Scope, field: Field, node: Condition) -> Clause:
    """`in` and `not in`, with the empty cells on the side where Odoo has them."""
    cell = expression(at.env, at.model, at.table, field)
    params = [to_column(field, value) for value in node.value if value is not False and value is not None]
    with_null = len(params) < len(node.value)
    if field.falsy is not None:
        if field.falsy in params:
            with_null = True
        elif with_null:
            params.append(field.falsy)
    positive = node.operator == "in"
    clause = (among(cell, params) if positive else sa.not_(among(cell, params))) if params else None
    if positive == with_null:
        return cell.is_(None) if clause is None else sa.or_(clause, cell.is_(None))
    if clause is None:
        return cell.is_not(None)
    return sa.and_(clause, cell.is_not(None)) if not positive else clause


def _compare(at: Scope, field: Field, node: Condition) -> Clause:
    """`<`, `>`, `<=` and `>=`; an empty cell counts as the field's falsy value where it has one."""
    cell = expression(at.env, at.model, at.table, field)
    compare = COMPARE[node.operator]
    value = to_column(field, node.value)
    if field.falsy is None:
        return sa.false() if value is None else compare(cell, value)
    value = value or field.falsy
    clause: Clause = compare(cell, value)
    return sa.or_(clause, cell.is_(None)) if compare(field.falsy, value) else clause


def _like(at: Scope, field: Field, node: Condition) -> Clause:
    """The pattern operators; relational fields are matched by display name."""
    exact = "=" in node.operator
    if not node.value:
        positive = (node.operator in NEGATIVE) == exact
        if field.type in RELATIONAL or exact:
            return where(at, Condition(field.name, "!=" if positive else "=", False))
        return sa.true() if positive else sa.false()
    if exact and not isinstance(node.value, str):
        raise TypeError(f"The pattern to match must be a string in condition {_shown(node)!r}")
    negative = node.operator in NEGATIVE
    if field.type in RELATIONAL:
        named = Condition("display_name", NEGATIVE.get(node.operator, node.operator), node.value)
        return _any(at, field, "not any" if negative else "any", named)
    if field.path and not field.column:
        return where(at, _related(at.model, field, node))
    cell = expression(at.env, at.model, at.table, field)
    pattern = node.value if exact else f"%{node.value}%"
    matches = sa.func.odoo_like(cell, pattern, int(node.operator.endswith("ilike"))) == 1
    return sa.or_(sa.not_(matches), cell.is_(None)) if negative else matches


def _x2many(at: Scope, field: Field, node: Condition) -> Clause:
    """`in` and `not in` with ids, names, or False for "has none"."""
    if node.operator not in ("in", "not in"):
        raise ValueError(f"Relational field {field} expects 'any' operator, got {node.operator!r}")
    if named := _by_name(field, node):
        return where(at, named)
    ids = [value for value in node.value if value is not False]
    parts = []
    if len(ids) < len(node.value):
        parts.append(sa.not_(_linked(at, field, TRUE, archived=True)))
    if ids:
        parts.append(_linked(at, field, Condition("id", "in", ids), archived=True))
    found = sa.or_(*parts)
    return found if node.operator == "in" else sa.not_(found)


def _any(at: Scope, field: Field, operator: str, node: Node) -> Clause:
    """`any` and `not any`: a linked record matches the inner domain, or none does."""
    positive = operator == "any"
    if field.name == "id":
        return where(at, node if positive else Not(node))
    if field.type not in RELATIONAL:
        raise ValueError(f"Cannot use 'any' with non-relational fields in condition {(field.name, operator)!r}")
    if field.type in X2MANY:
        if field.path and not field.column:
            raise ValueError(f"Cannot convert {field} to SQL because it is not stored")
        found = _linked(at, field, node, archived=False)
        return found if positive else sa.not_(found)
    cell = expression(at.env, at.model, at.table, field)
    comodel = at.env.model(field.relation)
    other = at.env.table(comodel).alias()
    matching = sa.select(other.c.id).where(where(Scope(at.env, comodel, other), node))
    if positive:
        return sa.and_(cell.is_not(None), cell.in_(matching))
    return sa.or_(cell.is_(None), cell.not_in(matching))


def _linked(at: Scope, field: Field, node: Node, *, archived: bool) -> sa.ColumnElement[bool]:
    """True for records that an x2many field links to a record matching `node`."""
    comodel = at.env.model(field.relation)
    other = at.env.table(comodel).alias()
    own = [parse(field.described.get("domain") or [])] if isinstance(field.described.get("domain"), list) else []
    inner = conjunction([node, *own])
    if not archived:
        context = {**at.env.context, **(field.described.get("context") or {})}
        inner = with_active_test(comodel, inner, context)
    clause = where(Scope(at.env, comodel, other), inner)
    if field.link:
        _, first, second = field.link
        link = at.env.db.links[field.link[0]]
        joined = sa.select(link.c[first]).join_from(link, other, other.c.id == link.c[second])
        return at.table.c.id.in_(joined.where(clause))
    inverse = expression(at.env, comodel, other, comodel.field(field.inverse))
    return at.table.c.id.in_(sa.select(inverse).where(inverse.is_not(None), clause))


def with_active_test(model: Model, node: Node, context: Any) -> Node:
    """The domain plus "active only", unless the context or the domain itself says otherwise."""
    if "active" not in model.fields or not context.get("active_test", True) or mentions(node, "active"):
        return node
    return conjunction([node, Condition("active", "=", True)])


def mentions(node: Node, name: str) -> bool:
    """True when the domain has a condition on the field itself."""
    if isinstance(node, Group):
        return any(mentions(child, name) for child in node.children)
    if isinstance(node, Not):
        return mentions(node.child, name)
    return isinstance(node, Condition) and node.field == name


def search_ids(env: Env, model: Model, node: Node) -> list[int]:
    """The ids of the records that match, archived ones as the context says, by id."""
    table = env.table(model)
    clause = where(Scope(env, model, table), with_active_test(model, node, env.context))
    return list(env.execute(sa.select(table.c.id).where(clause).order_by(table.c.id)).scalars())
