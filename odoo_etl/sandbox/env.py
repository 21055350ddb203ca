"""The environment of one call: the open transaction, the user, the context (Odoo's `Environment`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from odoo_etl.sandbox.errors import AccessError, UserError

if TYPE_CHECKING:
    from odoo_etl.sandbox.database import Database
    from odoo_etl.sandbox.schema import Model

DEFAULT_LANG = "en_US"
NEWEST = 19  # of the versions of Odoo that the sandbox can be


def utc_now() -> str:
    """Now in UTC, as Odoo writes datetimes."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True)
class Env:
    """The environment of one call.

    Attributes:
        context: the caller's context; `lang`, `allowed_company_ids`, `active_test` and `default_*` have an effect.
        now: the time of the call; every record that it touches carries it.
        major: the version of Odoo that answers.
        is_web: the call came over JSON-2: what checks who asks takes the old protocols for no request.
    """

    db: Database
    connection: sa.Connection
    uid: int
    context: Mapping[str, Any] = field(default_factory=dict)
    now: str = field(default_factory=utc_now)
    major: int = NEWEST
    is_web: bool = False

    def model(self, name: str) -> Model:
        """The model of that name.

        Raises:
            KeyError: the sandbox does not bundle it.
        """
        return self.db.catalog[name]

    def table(self, model: Model) -> sa.Table:
        """The table of a model."""
        return self.db.tables[model.name]

    def with_context(self, **changes: Any) -> Env:
        """The same environment with some context keys changed."""
        return replace(self, context={**self.context, **changes})

    def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run a statement in the call's transaction."""
        return self.connection.execute(statement, parameters)

    def langs(self) -> list[tuple[str, str]]:
        """Code and name of every active language."""
        lang = self.db.tables["res.lang"]
        rows = self.execute(sa.select(lang.c.code, lang.c.name).where(lang.c.active == 1).order_by(lang.c.name))
        return [(row[0], row[1]) for row in rows]

    @cached_property
    def lang(self) -> str:
        """The language that the context asks for, English without one.

        Raises:
            UserError: the language is not active.
        """
        lang = self.context.get("lang") or DEFAULT_LANG
        self.check_language(lang)
        return str(lang)

    def check_language(self, code: str) -> None:
        """Refuse a language that is not active; English always is.

        Raises:
            UserError: it is not.
        """
        if code != DEFAULT_LANG and code not in dict(self.langs()):
            raise UserError(f"Invalid language code: {code}")

    @cached_property
    def company(self) -> int:
        """The company whose values a call means: the first one that the context allows, the user's own without any.

        Raises:
            AccessError: the context allows one that the user has not.
        """
        users, link = self.db.tables["res.users"], self.db.links["res_company_users_rel"]
        allowed = self.context.get("allowed_company_ids") or ()
        if allowed:
            own = set(self.execute(sa.select(link.c.cid).where(link.c.user_id == self.uid)).scalars())
            if not own.issuperset(allowed):
                raise AccessError("Access to unauthorized or invalid companies.")
            return int(allowed[0])
        return int(self.execute(sa.select(users.c.company_id).where(users.c.id == self.uid)).scalar_one())


def among(expression: sa.ColumnElement[Any], values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """`expression IN values` with one bound parameter, however many values there are."""
    each = sa.func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
    return expression.in_(sa.select(each.c.value))
