"""create, write and unlink: values to columns, delegated and related fields to their owners, x2many commands.

Every step works on whole batches: a thousand records cost a handful of statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from odoo_etl.sandbox import attachments, rules
from odoo_etl.sandbox.commands import Actions, apply_commands
from odoo_etl.sandbox.constraints import (
    absent,
    check_constraints,
    check_references,
    check_required,
    referenced,
)
from odoo_etl.sandbox.env import DEFAULT_LANG, among
from odoo_etl.sandbox.field_values import to_column
from odoo_etl.sandbox.reading import missing_error
from odoo_etl.sandbox.schema import BOOKKEEPING, X2MANY, Field, Model

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env

Vals = Mapping[str, Any]
Change = tuple[Sequence[int], Vals]


def create(env: Env, model: Model, vals_list: Sequence[Vals]) -> list[int]:
    """Create records and return their ids, in the order of the values.

    Raises:
        ValueError: an unknown field or a value that does not fit.
        ValidationError: a constraint refuses the records.
    """
    if not vals_list:
        return []
    prepared = [rules.prepare(env, model, _with_defaults(env, model, vals), new=True) for vals in vals_list]
    if model.delegate:
        _create_delegates(env, model, prepared)
    ids = _allocate(env, model, len(prepared))
    rows = [_insert_row(env, model, record, vals) for record, vals in zip(ids, prepared, strict=True)]
    rules.before_insert(env, model, rows, vals_list)
    check_required(model, rows, complete=True)
    check_references(env, model, rows, {name for vals in prepared for name in vals})
    env.execute(env.table(model).insert(), rows)
    changes = [((record,), vals) for record, vals in zip(ids, prepared, strict=True)]
    _after(env, model, changes, [(ids[0], vals) for ids, vals in changes if vals.get("parent_id")])
    return ids


def write(env: Env, model: Model, changes: Sequence[Change]) -> None:
    """Write values on records; each change is `(ids, values)`.

    Raises:
        MissingError: a record does not exist, and the model is one where Odoo notices.
        ValueError, ValidationError: as for `create`.
    """
    touched = {record for ids, _ in changes for record in ids}
    if (missing := absent(env, model, touched)) and model.name in rules.READ_BEFORE_WRITE:
        raise missing_error(env, model, sorted(missing))
    prepared = [(ids, rules.prepare(env, model, dict(vals), new=False)) for ids, vals in changes]
    pending = rules.before_write(env, model, prepared)
    _update_columns(env, model, prepared)
    _after(env, model, prepared, pending)


def _update_columns(env: Env, model: Model, changes: Sequence[Change]) -> None:
    """Write the fields that the model's table holds, without rules or x2many."""
    batches: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for ids, vals in changes:
        row = _columns(model, {name: _written(model.fields[name], value) for name, value in vals.items()})
        batches[tuple(sorted(row))] += [{**row, "_id": record} for record in ids]
    table = env.table(model)
    for names, rows in batches.items():
        check_required(model, rows, complete=False)
        check_references(env, model, rows, names)
        stamp = {"write_uid": env.uid, "write_date": env.now}
        values = {name: _cell(env, model.fields[name], table, new=False) for name in names} | stamp
        env.execute(table.update().where(table.c.id == sa.bindparam("_id")).values(values), rows)


def _after(env: Env, model: Model, changes: Sequence[Change], pending: rules.Pending) -> None:
    """Finish a write once the columns are in place: owners of related fields, x2many, computed fields, constraints."""
    names = {name for _, vals in changes for name in vals}
    ids = list(dict.fromkeys(record for records, _ in changes for record in records))
    for name in sorted(names):
        field = model.fields[name]
        if field.type in X2MANY:
            given = [(records, vals[name]) for records, vals in changes if name in vals]
            apply_commands(env, field, given, ACTIONS)
        elif field.path and not field.column:
            _write_related(env, model, field, [change for change in changes if name in change[1]])
    rules.after_write(env, model, rules.Written(ids, names, pending), ACTIONS)
    check_constraints(env, model, ids, names)


def _with_defaults(env: Env, model: Model, vals: Vals) -> dict[str, Any]:
    """The values plus the defaults of the context and of the model.

    Raises:
        ValueError: the model has no such field.
    """
    for name in vals:
        if name not in model.fields:
            raise ValueError(f"Invalid field {name!r} in {model.name!r}")
    found = {name: value for name, value in model.defaults.items() if name in model.fields}
    if model.delegate and vals.get(model.delegate):
        found = {name: value for name, value in found.items() if not model.fields[name].path}
    for key, value in env.context.items():
        if key.startswith("default_") and key.removeprefix("default_") in model.fields:
            found[key.removeprefix("default_")] = value
    return {**found, **vals}


def _create_delegates(env: Env, model: Model, prepared: list[dict[str, Any]]) -> None:
    """Create the records that hold the delegated fields, where the values don't name one."""
    owner = env.model(model.fields[model.delegate].relation)
    lacking = [vals for vals in prepared if not vals.get(model.delegate)]
    parts = []
    for vals in lacking:
        inherited = [name for name in vals if model.fields[name].path == f"{model.delegate}.{name}"]
        parts.append({name: vals.pop(name) for name in inherited})
    for vals, record in zip(lacking, create(env, owner, parts), strict=True):
        vals[model.delegate] = record


def _allocate(env: Env, model: Model, number: int) -> list[int]:
    """The next ids, never used before."""
    row = env.connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (model.table,)).first()
    last = row[0] if row else 0
    return list(range(last + 1, last + 1 + number))


def _columns(model: Model, vals: Vals) -> dict[str, Any]:
    """The values that the model's own columns take."""
    row = {}
    for name, value in vals.items():
        field = model.fields[name]
        if field.column and name != "id":
            row[name] = to_column(field, value)
    return row


def _written(field: Field, value: Any) -> Any:
    """Odoo's `write`, unlike its `create`, takes everything but an integer for an empty many2one."""
    return False if field.type == "many2one" and type(value) is not int else value


def _insert_row(env: Env, model: Model, record: int, vals: Vals) -> dict[str, Any]:
    """A whole row: every column of the table, empty where no value was given."""
    row: dict[str, Any] = {name: None for name, field in model.fields.items() if field.column}
    for name, value in _columns(model, vals).items():
        row[name] = _fresh(env, model.fields[name], value)
    stamp = {"create_uid": env.uid, "create_date": env.now, "write_uid": env.uid, "write_date": env.now}
    return {**row, **stamp, "id": record}


def _fresh(env: Env, field: Field, value: Any) -> Any:
    """A new value in its column: of a translated text English gets it too, whatever the language of the call."""
    if value is None or not (field.translate or field.by_company):
        return value
    keys = (DEFAULT_LANG, env.lang) if field.translate else (str(env.company),)
    return orjson.dumps(dict.fromkeys(keys, value)).decode()


def _cell(env: Env, field: Field, table: sa.Table, *, new: bool) -> Any:
    """The bound value of a column in an UPDATE; what differs by language or company changes in the call's only."""
    value: sa.BindParameter[Any] = sa.bindparam(field.name)
    if field.by_company:
        return sa.func.json_set(sa.func.coalesce(table.c[field.name], "{}"), f'$."{env.company}"', value)
    if not field.translate or new:
        return value
    column = table.c[field.name]
    fresh = sa.func.json_object(DEFAULT_LANG, value, env.lang, value)
    changed = sa.func.json_set(column, f"$.{env.lang}", value)
    return sa.case((value.is_(None), None), (column.is_(None), fresh), else_=changed)


def _write_related(env: Env, model: Model, field: Field, changes: Sequence[Change]) -> None:
    """Write a related field where it lives: on the record at the end of its path."""
    head, _, rest = field.path.partition(".")
    link = model.fields[head]
    table = env.table(model)
    owners = []
    for ids, vals in changes:
        found = env.execute(sa.select(table.c[head]).where(among(table.c.id, ids))).scalars()
        owners.append(([owner for owner in found if owner], {rest: vals[field.name]}))
    write(env, env.model(link.relation), [change for change in owners if change[0]])


def unlink(env: Env, model: Model, ids: Collection[int]) -> None:
    """Delete records; what points to them is deleted, emptied or in the way, as its field says.

    Raises:
        MissingError: a record does not exist, and the model is one where Odoo notices.
        ValidationError: a required reference points to one of them.
    """
    present = set(ids)
    if missing := absent(env, model, present):
        if model.name in rules.READ_BEFORE_UNLINK:
            raise missing_error(env, model, sorted(missing))
        present -= missing
    if not present:
        return
    rules.before_unlink(env, model, present)
    for other in env.db.catalog.values():
        for field in other.fields.values():
            if field.type == "many2one" and field.column and field.relation == model.name:
                ON_DELETE.get(field.on_delete, _empty)(env, other, field, present)
            elif field.link and field.relation == model.name:
                link = env.db.links[field.link[0]]
                env.execute(link.delete().where(among(link.c[field.link[2]], present)))
    for field in model.fields.values():
        if field.link:
            link = env.db.links[field.link[0]]
            env.execute(link.delete().where(among(link.c[field.link[1]], present)))
    attachments.forget(env, model, present)
    known = env.db.tables["ir.model.data"]
    env.execute(known.delete().where(known.c.model == model.name, among(known.c.res_id, present)))
    table = env.table(model)
    env.execute(table.delete().where(among(table.c.id, present)))


def _pointing(env: Env, model: Model, field: Field, ids: set[int]) -> list[int]:
    table = env.table(model)
    return list(env.execute(sa.select(table.c.id).where(among(table.c[field.name], ids))).scalars())


def _restrict(env: Env, model: Model, field: Field, ids: set[int]) -> None:
    if field.name not in BOOKKEEPING and set(_pointing(env, model, field, ids)) - ids:
        raise referenced(model, field)


def _cascade(env: Env, model: Model, field: Field, ids: set[int]) -> None:
    pointing = set(_pointing(env, model, field, ids))
    unlink(env, model, pointing - ids if model.name == field.relation else pointing)


def _empty(env: Env, model: Model, field: Field, ids: set[int]) -> None:
    table = env.table(model)
    env.execute(table.update().where(among(table.c[field.name], ids)).values({field.name: None}))


ON_DELETE: dict[str, Callable[[Env, Model, Field, set[int]], None]] = {
    "restrict": _restrict,
    "cascade": _cascade,
    "set null": _empty,
}


ACTIONS = Actions(create=create, write=write, unlink=unlink)
