"""res.partner: names that depend on the company, and values that contacts share with it.

Follows `odoo/addons/base/models/res_partner.py` of Odoo 19: a contact takes its parent's address and commercial
fields, gives its address to a parent that has a different one, and a company passes its values down.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.field_values import to_column
from odoo_etl.sandbox.older import GIVES_TO_PARENT_SINCE, full_name

if TYPE_CHECKING:
    from odoo_etl.sandbox.commands import Actions
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Model

ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")
SYNCED = ("vat",)
COMMERCIAL = ("vat", "company_registry", "industry_id")  # as far as the version has them
NAMING = frozenset({"name", "parent_id", "is_company", "type", "company_name"})
TYPES = {"invoice": "Invoice", "delivery": "Delivery", "other": "Other"}
EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")

Row = dict[str, Any]

# Other partners beside those of a query. Aliases of the whole table take longer to make than most queries.
_OTHERS = sa.table("res_partner", *map(sa.column, ("id", "name", "is_company", "parent_id", "commercial_partner_id")))
PARENT, ENTITY, CHILD = _OTHERS.alias("parent"), _OTHERS.alias("entity"), _OTHERS.alias("child")


def before_insert(env: Env, rows: Sequence[Row], given: Sequence[Mapping[str, Any]]) -> None:
    """Computed columns of new partners; those with a parent get their names in `refresh`."""
    inherit(env, rows, given)
    for row in rows:
        row["partner_share"] = 1
        row["email_normalized"] = normalized_email(row["email"])
        if not row["parent_id"]:
            row["commercial_partner_id"] = row["id"]
            row.update(_names(env, row, row["id"], row))


def normalized_email(email: str | None) -> str | None:
    """The first address in a text, in lower case; None when there is none."""
    found = EMAIL.search(email or "")
    return found[0].lower() if found else None


def _names(env: Env, row: Mapping[str, Any], commercial: int, entity: Mapping[str, Any], parent: str = "") -> Row:
    company = (entity["name"] if entity["is_company"] else None) or row["company_name"]
    name = row["name"] or ""
    if row["company_name"] or row["parent_id"]:
        name = name or TYPES.get(row["type"] or "", "")
        if not row["is_company"]:
            name = f"{company or parent}, {name}"
    known = str(full_name(env.db.tables["res.partner"]).key)
    return {"commercial_partner_id": commercial, "commercial_company_name": company, known: name.strip()}


def refresh(env: Env, ids: Collection[int], names: set[str]) -> None:
    """Recompute what depends on the written fields, down to the last contact."""
    table = env.db.tables["res.partner"]
    if "email" in names:
        rows = env.execute(sa.select(table.c.id, table.c.email).where(among(table.c.id, ids))).all()
        _update(env, [{"_id": row[0], "email_normalized": normalized_email(row[1])} for row in rows])
    level = list(ids) if names & NAMING else []
    seen: set[int] = set()
    while level:
        _refresh_names(env, table, level)
        seen.update(level)
        below = env.execute(sa.select(table.c.id).where(among(table.c.parent_id, level))).scalars()
        level = sorted(set(below) - seen)


def _refresh_names(env: Env, table: sa.Table, ids: Sequence[int]) -> None:
    """Commercial partner and names of partners whose parents are up to date."""
    own = (table.c.id, table.c.name, table.c.is_company, table.c.type, table.c.parent_id, table.c.company_name)
    query = sa.select(
        *own,
        PARENT.c.name.label("above"),
        ENTITY.c.id.label("eid"),
        ENTITY.c.name.label("ename"),
        ENTITY.c.is_company.label("ecompany"),
    )
    query = query.join_from(table, PARENT, PARENT.c.id == table.c.parent_id, isouter=True)
    query = query.join(ENTITY, ENTITY.c.id == PARENT.c.commercial_partner_id, isouter=True)
    changes = []
    for row in map(dict[str, Any], env.execute(query.where(among(table.c.id, ids))).mappings()):
        alone = row["is_company"] or not row["parent_id"] or not row["eid"]
        owner = row if alone else {"name": row["ename"], "is_company": row["ecompany"]}
        commercial = row["id"] if alone else row["eid"]
        changes.append({"_id": row["id"], **_names(env, row, commercial, owner, row["above"] or "")})
    _update(env, changes)


def no_longer_shared(env: Env, users: Collection[int]) -> None:
    """A partner with an internal user is not an outsider."""
    user, table = env.db.tables["res.users"], env.db.tables["res.partner"]
    own = env.execute(sa.select(user.c.partner_id).where(among(user.c.id, users))).scalars()
    env.execute(table.update().where(among(table.c.id, list(own))).values(partner_share=0))


def inherit(env: Env, rows: Sequence[Row], given: Sequence[Mapping[str, Any]]) -> None:
    """Give a new contact what it takes from its parent before it is written: language and salesperson."""
    table = env.db.tables["res.partner"]
    parents = {row["parent_id"] for row in rows if row["parent_id"]}
    query = sa.select(table.c.id, table.c.lang, table.c.user_id).where(among(table.c.id, parents))
    known = {row.id: row for row in env.execute(query)} if parents else {}
    for row, vals in zip(rows, given, strict=True):
        parent = known.get(row["parent_id"])
        if parent and "lang" not in vals:
            row["lang"] = parent.lang or row["lang"]
        if parent and not row["is_company"]:
            row["user_id"] = row["user_id"] or parent.user_id


def _update(env: Env, changes: Sequence[Row]) -> None:
    if changes:
        table = env.db.tables["res.partner"]
        values: Row = {name: sa.bindparam(name) for name in changes[0] if name != "_id"}
        env.execute(table.update().where(table.c.id == sa.bindparam("_id")).values(values), changes)


def pending(env: Env, model: Model, changes: Sequence[tuple[Sequence[int], Row]]) -> list[tuple[int, Row]]:
    """The partners with a parent or contacts among those to be written, with the values that really change."""
    table = env.table(model)
    touched = {record for ids, _ in changes for record in ids}
    has_child = sa.exists().where(CHILD.c.parent_id == table.c.id)
    parents_change = [ids for ids, vals in changes if vals.get("parent_id")]
    joining = {record for ids in parents_change for record in ids}
    family = sa.or_(table.c.parent_id.is_not(None), has_child, among(table.c.id, joining))
    rows = env.execute(sa.select(table).where(among(table.c.id, touched), family)).mappings()
    before = {row["id"]: row for row in rows}
    result = []
    for ids, vals in changes:
        columns = {name: to_column(model.fields[name], vals[name]) for name in vals if model.fields[name].column}
        for record in ids:
            if record in before:
                changed = {name: vals[name] for name in columns if columns[name] != before[record][name]}
                result.append((record, changed))
    return [(record, changed) for record, changed in result if changed]


def sync(env: Env, record: int, values: Mapping[str, Any], actions: Actions) -> None:
    """Carry what changed in a partner to its parent and its contacts (`_fields_sync`)."""
    model = env.model("res.partner")
    row = _get(env, record)
    if values.get("parent_id") or values.get("type") == "contact":
        _from_parent(env, model, row, values, actions)
        row = _get(env, record)
    if row["parent_id"] and env.major >= GIVES_TO_PARENT_SINCE:
        _to_parent(env, model, row, values, actions)
    _to_children(env, model, row, values, actions)


def _get(env: Env, record: int) -> Mapping[str, Any]:
    table = env.db.tables["res.partner"]
    return dict(env.execute(sa.select(table).where(table.c.id == record)).mappings().one())


def _set(row: Mapping[str, Any], names: Sequence[str]) -> Row:
    return {name: row[name] for name in names if row.get(name)}


def _all(row: Mapping[str, Any], names: Sequence[str]) -> Row:
    return {name: row[name] or False for name in names}


def _from_parent(env: Env, model: Model, row: Mapping[str, Any], values: Mapping[str, Any], actions: Actions) -> None:
    """Take the commercial fields of the company and the address of the parent."""
    company = row["commercial_partner_id"]
    if values.get("parent_id") and company != row["id"] and (taken := _set(_get(env, company), COMMERCIAL)):
        actions.write(env, model, [((row["id"],), taken)])
    if row["parent_id"] and row["type"] == "contact":
        parent = _get(env, row["parent_id"])
        if _set(parent, ADDRESS):
            _update(env, [{"_id": row["id"], **{name: parent[name] for name in ADDRESS}}])


def _to_parent(env: Env, model: Model, row: Mapping[str, Any], values: Mapping[str, Any], actions: Actions) -> None:
    """Give a changed address and tax number to the parent."""
    parent = _get(env, row["parent_id"])
    moved = "parent_id" in values
    touched = row["type"] == "contact" and (moved or set(ADDRESS) & values.keys())
    if touched and any(row[name] != parent[name] for name in ADDRESS) and _set(row, ADDRESS):
        actions.write(env, model, [((parent["id"],), _all(row, ADDRESS))])
    if row["commercial_partner_id"] != row["id"] and (moved or set(SYNCED) & values.keys()):
        given = _set(row, SYNCED)
        if given and any(row[name] != parent[name] for name in SYNCED):
            actions.write(env, model, [((parent["id"],), given)])


def _to_children(env: Env, model: Model, row: Mapping[str, Any], values: Mapping[str, Any], actions: Actions) -> None:
    """Pass commercial fields and a changed address down to the contacts."""
    table = env.table(model)
    query = sa.select(table.c.id, table.c.is_company, table.c.type).where(table.c.parent_id == row["id"])
    children = env.execute(query).all()
    fields = [name for name in COMMERCIAL if name in values]
    people = [child.id for child in children if not child.is_company]
    if fields and people and row["commercial_partner_id"] == row["id"]:
        actions.write(env, model, [(people, _all(row, fields))])
    contacts = [child.id for child in children if child.type == "contact"]
    moved = {name: row[name] for name in ADDRESS if name in values}
    if moved and contacts:
        _update(env, [{"_id": child, **moved} for child in contacts])
