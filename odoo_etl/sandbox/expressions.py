"""Fields as SQL: plain columns, translated texts, related fields, and the few computed ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.env import DEFAULT_LANG

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Field, Model

Expression = sa.ColumnElement[Any]
Table = sa.FromClause


def _company_type(table: Table) -> Expression:
    return sa.case((table.c.is_company == 1, "company"), else_="person")


def _external_id(table: Table) -> Expression:
    return sa.case((sa.func.coalesce(table.c.module, "") == "", table.c.name), else_=_joined(table, "."))


def _joined(table: Table, separator: str) -> Expression:
    return table.c.module + sa.literal(separator) + table.c.name


def _reference(table: Table) -> Expression:
    return table.c.model + sa.literal(",") + sa.cast(sa.func.coalesce(table.c.res_id, 0), sa.Text)


COMPUTED: dict[tuple[str, str], Callable[[Table], Expression]] = {
    ("res.partner", "company_type"): _company_type,
    ("ir.model.data", "complete_name"): _external_id,
    ("ir.model.data", "reference"): _reference,
    ("ir.attachment", "datas"): lambda table: table.c.db_datas,
    ("ir.attachment", "db_datas"): lambda _: sa.null(),  # Odoo keeps them in files
}


def expression(env: Env, model: Model, table: Table, field: Field) -> Expression:
    """The value of a field in the records of `table` (the model's table or an alias of it).

    Raises:
        ValueError: the field has no value that SQL can give (x2many, display names).
    """
    if field.path:
        return _related(env, model, table, field.path)
    if (model.name, field.name) in COMPUTED:
        return COMPUTED[model.name, field.name](table)
    if not field.column:
        raise ValueError(f"Cannot convert {field} to SQL because it is not stored")
    column = table.c[field.name]
    if field.by_company:
        return sa.func.json_extract(column, f'$."{env.company}"')
    return translated(column, env.lang) if field.translate else column


def translated(column: Expression, lang: str) -> Expression:
    """A translated text in a language, English where that is missing."""
    english = sa.func.json_extract(column, f"$.{DEFAULT_LANG}")
    if lang == DEFAULT_LANG:
        return english
    return sa.func.coalesce(sa.func.json_extract(column, f"$.{lang}"), english)


def _related(env: Env, model: Model, table: Table, path: str) -> Expression:
    """The value at the end of a dotted path, as a scalar subquery."""
    head, _, rest = path.partition(".")
    field = model.field(head)
    if not rest:
        return expression(env, model, table, field)
    comodel = env.model(field.relation)
    other = env.table(comodel).alias()
    value = _related(env, comodel, other, rest)
    link = expression(env, model, table, field)
    return sa.select(value).where(other.c.id == link).scalar_subquery()
