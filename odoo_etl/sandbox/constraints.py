"""Values that the database refuses in Odoo: missing ones, dangling references, unique and check constraints, loops.

Odoo turns PostgreSQL's integrity errors into `ValidationError`s that begin with the same words as here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.errors import UserError, ValidationError
from odoo_etl.sandbox.expressions import expression
from odoo_etl.sandbox.schema import unique_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Field, Model


class Violation(ValidationError):
    """PostgreSQL refuses the values.

    Attributes:
        bare: the message without Odoo's prefix, as `load` shows it.
        column: the one field it is about, or "".
    """

    def __init__(self, bare: str, column: str = "") -> None:
        super().__init__(f"The operation cannot be completed: {bare}")
        self.bare, self.column = bare, column


def missing_value(model: Model, field: Field) -> Violation:
    """A required field is empty."""
    return Violation(
        f"Missing required value for the field '{field.string}' ({field.name}).\n"
        f"Model: '{model.description}' ({model.name})\n"
        "- create/update: a mandatory field is not set\n"
        "- delete: another model requires the record being deleted, you can archive it instead\n",
        field.name,
    )


def referenced(model: Model, field: Field) -> Violation:
    """A foreign key does not hold, or would not any more."""
    return Violation(
        f"Another model is using the record you are trying to delete.\n\n"
        f"The troublemaker is: '{model.description}' ({model.name})\n"
        f"Thanks to the following constraint: '{field.string}' ({field.name})\n"
        "How about archiving the record instead?",
        field.name,
    )


def check_required(model: Model, rows: Iterable[Mapping[str, Any]], *, complete: bool) -> None:
    """Refuse rows that leave a required column empty.

    Args:
        model: the rows' model.
        rows: column values.
        complete: True for new records, where a column that is not there is empty.

    Raises:
        ValidationError: a required value is missing.
    """
    required = [field for field in model.fields.values() if field.required and field.column and field.name != "id"]
    for row in rows:
        for field in required:
            if (complete or field.name in row) and row.get(field.name) is None:
                raise missing_value(model, field)


def check_references(env: Env, model: Model, rows: Sequence[Mapping[str, Any]], names: Collection[str]) -> None:
    """Refuse rows whose many2one among `names` point to a record that does not exist.

    Raises:
        ValidationError: the target is missing.
    """
    for field in (model.fields[name] for name in sorted(names)):
        if field.type == "many2one" and field.column:
            targets = {one for row in rows for one in _targets(row.get(field.name))}
            if targets and absent(env, env.model(field.relation), targets):
                raise referenced(model, field)


def _targets(cell: Any) -> Iterable[int]:
    """The ids in a cell: the one, or that of each company."""
    return orjson.loads(cell).values() if isinstance(cell, str) else [cell] if cell else []


def absent(env: Env, model: Model, ids: Collection[int]) -> set[int]:
    """Those of the ids that no record has."""
    table = env.table(model)
    return set(ids) - set(env.execute(sa.select(table.c.id).where(among(table.c.id, ids))).scalars())


def check_constraints(env: Env, model: Model, ids: Collection[int], names: Collection[str]) -> None:
    """Check the model's own constraints on records whose fields `names` were written.

    Raises:
        ValidationError: one does not hold; the message is the one Odoo shows.
    """
    for constraint in model.constraints:
        if columns := unique_columns(constraint["definition"]):
            if set(columns) & set(names):
                _check_unique(env, model, ids, columns, constraint["message"])
        elif constraint["name"] in CHECKS:
            table = env.table(model)
            broken = sa.select(table.c.id).where(among(table.c.id, ids), sa.not_(CHECKS[constraint["name"]](table)))
            if env.execute(broken.limit(1)).first():
                raise Violation(constraint["message"])
    if model.is_tree and model.parent in names:
        _check_loops(env, model, ids)


def _check_unique(env: Env, model: Model, ids: Collection[int], columns: list[str], message: str | bool) -> None:
    mine, other = env.table(model), env.table(model).alias()
    equal = [
        expression(env, model, mine, model.field(column)) == expression(env, model, other, model.field(column))
        for column in columns
    ]
    double = sa.select(mine.c.id).where(among(mine.c.id, ids), *equal, mine.c.id != other.c.id)
    if env.execute(double.limit(1)).first():
        labels = ", ".join(model.field(column).string for column in columns)
        text = message or f"The value for '{', '.join(columns)}' ({labels}) already exists.\n"
        raise Violation(str(text), columns[0] if len(columns) == 1 else "")


def _check_loops(env: Env, model: Model, ids: Collection[int]) -> None:
    """Refuse a record that is its own ancestor."""
    table = env.table(model)
    parent = table.c[model.parent]
    level = {record: record for record in ids}
    while level:
        rows = env.execute(sa.select(table.c.id, parent).where(among(table.c.id, level.values()), parent.is_not(None)))
        above = {row[0]: row[1] for row in rows}
        level = {start: above[place] for start, place in level.items() if place in above}
        if any(start == place for start, place in level.items()):
            if model.name == "res.partner":
                raise ValidationError("You cannot create recursive Partner hierarchies.")
            raise UserError("Recursion Detected.")


CHECKS: dict[str, Callable[[sa.Table], sa.ColumnElement[bool]]] = {
    "ir_model_data_name_nospaces": lambda table: ~table.c.name.contains(" "),
    "res_currency_rounding_gt_zero": lambda table: table.c.rounding > 0,
    "res_partner_check_name": lambda table: sa.or_(table.c.type != "contact", table.c.name.is_not(None)),
    "res_users_notification_type": lambda table: sa.or_(table.c.notification_type == "email", table.c.share == 0),
    "uom_uom_factor_gt_zero": lambda table: table.c.relative_factor != 0,
}
