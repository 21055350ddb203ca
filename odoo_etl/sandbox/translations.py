"""Translations of one field, read and written for several languages at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from odoo_etl.sandbox import writing
from odoo_etl.sandbox.env import DEFAULT_LANG, among
from odoo_etl.sandbox.errors import UserError

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Model


def update_translations(  # noqa: PLR0913, PLR0917 - Odoo's signature
    env: Env,
    model: Model,
    ids: Sequence[int],
    field_name: str,
    translations: Mapping[str, Any],
    source_lang: str = "",  # noqa: ARG001 - Odoo's signature
) -> bool:
    """Write a text per language; False takes a translation away. Returns False for a field without translations.

    Raises:
        UserError: a language is not active.
    """
    field = model.field(field_name)
    if not field.translate:
        return False
    if unknown := set(translations) - dict(env.langs()).keys():
        raise UserError(f"The following languages are not activated: {', '.join(sorted(unknown))}")
    for lang, text in translations.items():
        if text is not False and text is not None:
            writing.write(env.with_context(lang=lang), model, [(ids, {field_name: text})])
        elif lang != DEFAULT_LANG:
            column = env.table(model).c[field_name]
            removed = sa.func.json_remove(column, f"$.{lang}")
            statement = env.table(model).update().where(among(env.table(model).c.id, ids))
            env.execute(statement.values({field_name: removed}))
    return True


def get_translations(
    env: Env, model: Model, ids: Sequence[int], field_name: str, langs: Sequence[str] | None = None
) -> list[Any]:
    """`[[{"lang", "source", "value"}, ...], {"translation_type": "char", ...}]` of one record."""
    field = model.field(field_name)
    table = env.table(model)
    stored = env.execute(sa.select(table.c[field_name]).where(among(table.c.id, ids))).scalar()
    texts = orjson.loads(stored) if stored and field.translate else {}
    source = texts.get(DEFAULT_LANG)
    found = [{"lang": lang, "source": source, "value": texts.get(lang, "")} for lang in langs or dict(env.langs())]
    return [found, {"translation_type": "char" if field.type == "char" else "text", "translation_show_source": False}]
