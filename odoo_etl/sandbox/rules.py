"""Rules of single models beyond the generic: computed columns, and those of partners, categories and users.

A table from model to function for each moment of a write; models without an entry need nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from odoo_etl.sandbox import attachments, partners, trees
from odoo_etl.sandbox.env import DEFAULT_LANG, among
from odoo_etl.sandbox.errors import UserError
from odoo_etl.sandbox.schema import BOOKKEEPING

if TYPE_CHECKING:
    from odoo_etl.sandbox.commands import Actions
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Model

Row = dict[str, Any]
Pending = list[tuple[int, Row]]


# Writing to a record that is gone fails in these models, where Odoo reads it first; in others it changes nothing.
READ_BEFORE_WRITE = frozenset({"product.template", "res.company", "res.lang", "res.partner", "res.users"})
# The same for deleting one that is gone.
READ_BEFORE_UNLINK = frozenset({"product.template", "res.lang", "res.partner", "res.users"})


def prepare(env: Env, model: Model, vals: Row, *, new: bool) -> Row:
    """The values as the model takes them in (`create` and `write` of the model in Odoo).

    Raises:
        ValueError: the model has no such field.
    """
    for name in vals:
        if name not in model.fields:
            raise ValueError(f"Invalid field {name!r} in {model.name!r}")
    vals = {name: value for name, value in vals.items() if name not in BOOKKEEPING}
    attachments.check_images(vals)
    known = PREPARE.get(model.name)
    return known(env, vals, new=new) if known else vals


def _prepare_partner(_env: Env, vals: Row, *, new: bool) -> Row:  # noqa: ARG001 - one signature for all models
    if "company_type" in vals:
        vals["is_company"] = vals.pop("company_type") == "company"
    if vals.get("website"):
        vals["website"] = clean_website(str(vals["website"]))
    if vals.get("parent_id"):
        vals["company_name"] = False
    return vals


def clean_website(website: str) -> str:
    """The address with a scheme: Odoo puts `http://` before one that has none."""
    return website if urlsplit(website).scheme else f"http://{website.removeprefix('//')}"


def _prepare_user(_env: Env, vals: Row, *, new: bool) -> Row:
    if new and "company_ids" not in vals:
        vals["company_ids"] = [[6, 0, [vals["company_id"]]]]
    if new and vals.get("name") and "signature" not in vals:
        vals["signature"] = f"<div>{escape(str(vals['name']))}</div>"
    return vals


def before_insert(env: Env, model: Model, rows: Sequence[Row], given: Sequence[Mapping[str, Any]]) -> None:
    """Fill columns that Odoo computes from the others of the same record; `given` is what the caller sent."""
    if model.name == "res.partner":
        partners.before_insert(env, rows, given)
    elif model.name == "res.company":
        _let_in(env, [row["id"] for row in rows])
    elif compute := BEFORE_INSERT.get(model.name):
        compute(rows)


def _let_in(env: Env, companies: Sequence[int]) -> None:
    """Whoever makes a company may use it, and so may the superuser."""
    link = env.db.links["res_company_users_rel"]
    rows = [{"user_id": user, "cid": company} for company in companies for user in sorted({env.uid, 1})]
    env.execute(link.insert(), rows)


def _insert_currency(rows: Sequence[Row]) -> None:
    for row in rows:
        rounding = row["rounding"] or 0.0
        row["decimal_places"] = math.ceil(math.log10(1 / rounding)) if 0 < rounding < 1 else 0


def _insert_product(rows: Sequence[Row]) -> None:
    for row in rows:
        row["has_configurable_attributes"] = row["can_image_1024_be_zoomed"] = 0


def _insert_user(rows: Sequence[Row]) -> None:
    for row in rows:
        row["share"] = 0


def _insert_unit(rows: Sequence[Row]) -> None:
    for row in rows:
        row["sequence"] = row["sequence"] or min(int((row["relative_factor"] or 0.0) * 100), 1000)


def before_write(env: Env, model: Model, changes: Sequence[tuple[Sequence[int], Row]]) -> Pending:
    """The changes that related records have to hear of once these are in: `(id, really changed values)`."""
    return partners.pending(env, model, changes) if model.name == "res.partner" else []


@dataclass(frozen=True, slots=True)
class Written:
    """A write that has just been done: to which records, which fields, and what is to be told to related records."""

    ids: Collection[int]
    names: set[str]
    pending: Pending


def after_write(env: Env, model: Model, done: Written, actions: Actions) -> None:
    """Recompute stored fields of the records, and of those that depend on them."""
    attachments.follow(env, model, done.ids, done.names)
    if "parent_path" in model.fields and done.names & {model.parent, "name", "relative_factor"}:
        trees.refresh(env, model, done.ids)
    if model.name == "res.partner":
        partners.refresh(env, done.ids, done.names)
        for record, values in done.pending:
            partners.sync(env, record, values, actions)
    if model.name == "res.users" and "partner_id" in done.names:
        partners.no_longer_shared(env, done.ids)


def before_unlink(env: Env, model: Model, ids: Collection[int]) -> None:
    """Refuse to delete what Odoo protects.

    Raises:
        UserError: a partner belongs to a user, or a language is in use.
    """
    if model.name in PROTECTED:
        PROTECTED[model.name](env, ids)


def _keep_partners_of_users(env: Env, ids: Collection[int]) -> None:
    users = env.db.tables["res.users"]
    if env.execute(sa.select(users.c.id).where(among(users.c.partner_id, ids)).limit(1)).first():
        raise LinkedUser(
            "You cannot delete contacts linked to an active user.\n"
            "You should rather archive them after archiving their associated user.",
            {"type": "ir.actions.act_window", "res_model": "res.users"},
            "Go to users",
            None,
        )


def _keep_languages(env: Env, ids: Collection[int]) -> None:
    langs = env.db.tables["res.lang"]
    for lang in env.execute(sa.select(langs.c.code, langs.c.active).where(among(langs.c.id, ids))):
        if lang.code == DEFAULT_LANG:
            raise UserError("Base Language 'en_US' can not be deleted.")
        if lang.active:
            raise UserError("You cannot delete the language which is Active!\nPlease de-activate the language first.")


class LinkedUser(UserError):
    """Odoo offers a way out beside the message."""

    name = "odoo.exceptions.RedirectWarning"


PREPARE: dict[str, Callable[..., Row]] = {
    "ir.attachment": attachments.prepare,
    "res.partner": _prepare_partner,
    "res.users": _prepare_user,
}
BEFORE_INSERT: dict[str, Callable[[Sequence[Row]], None]] = {
    "product.template": _insert_product,
    "res.currency": _insert_currency,
    "res.users": _insert_user,
    "uom.uom": _insert_unit,
}
PROTECTED: dict[str, Callable[[Env, Collection[int]], None]] = {
    "res.lang": _keep_languages,
    "res.partner": _keep_partners_of_users,
}
