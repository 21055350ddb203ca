"""API keys, as Odoo 19 has them: whoever shows one, or the password, may make another one and end it.

A program does so by `generate` and `revoke` (Odoo 19 of 2026), the web client by two wizards, of which one checks who
asks. Of a key only a digest is kept. The only login is an administrator's, whose keys may live for ever.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from odoo_etl.sandbox import writing
from odoo_etl.sandbox.env import utc_now
from odoo_etl.sandbox.errors import AccessDenied, UserError

if TYPE_CHECKING:
    from odoo_etl.sandbox.database import Database
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Model

KEYS = "res.users.apikeys"
DESCRIPTION = "res.users.apikeys.description"
IDENTITY = "res.users.identitycheck"
USER = "admin"
PASSWORD = USER  # of a demo server, printed when it starts
API_KEY = "sandbox-api-key-0123456789abcdef01234567"
GOOD_FOR_S = 1.0  # a key that another process ends may open this one for so long: most calls need no look then
LIMIT = 10  # live keys of a user, for `generate`
SCOPES = (None, "rpc")  # they open the external API
_USER = 2
_CLOSED = {"type": "ir.actions.act_window_close"}


def digest(key: str) -> str:
    """All that is kept of a key."""
    return blake2b(key.encode("utf-8", "replace"), digest_size=20).hexdigest()


def offer(database: Database, connection: sa.Connection) -> None:
    """Have the key that every sandbox begins with, also where it was ended: it is printed at the start."""
    if KEYS in database.tables and _found(database, connection, API_KEY) is None:
        row = {"name": "sandbox", "user_id": _USER, "create_date": utc_now(), "key": digest(API_KEY)}
        connection.execute(database.tables[KEYS].insert().values(row))


def opens(database: Database, key: str) -> bool:
    """Whether a key is good for the external API now; models of an older Odoo may know no other than the first one."""
    if KEYS not in database.tables:
        return key == API_KEY
    now, seen = database.clock(), database.good_keys.get(key)
    if seen is not None and seen[0] > time.monotonic() and seen[1] == now:
        return True
    with database.transaction() as connection:
        is_good = _found(database, connection, key) is not None
        if is_good:
            database.good_keys[key] = time.monotonic() + GOOD_FOR_S, now
    return is_good


def is_password(secret: str) -> bool:
    """Whether it is the user's password."""
    return hmac.compare_digest(secret.encode("utf-8", "replace"), PASSWORD.encode())


def generate(env: Env, _model: Model, key: str, scope: Any, name: str, expiration_date: Any) -> str:
    """A new key for whoever shows one.

    Raises:
        UserError: there are too many.
        AccessDenied: the key that is shown is none.
    """
    table = env.db.tables[KEYS]
    live = sa.select(sa.func.count()).where(table.c.user_id == env.uid, _is_live(table, env.db))
    if env.execute(live).scalar_one() >= LIMIT:
        raise UserError(f"Limit of {LIMIT} API keys is reached for programmatic creation")
    if _found(env.db, env.connection, key) is None:
        raise AccessDenied
    return _made(env, scope, name, expiration_date)


def revoke(env: Env, _model: Model, key: str) -> bool:
    """The end of a key.

    Raises:
        AccessDenied: it is none.
    """
    number = _found(env.db, env.connection, key)
    if number is None:
        raise AccessDenied
    _delete(env, [number])
    return True


def remove(env: Env, model: Model, ids: Sequence[int]) -> dict[str, Any]:
    """The end of keys by their numbers, once it is sure who asks."""
    return _asked_for(env, model, ids, "remove")


def make_key(env: Env, model: Model, ids: Sequence[int]) -> dict[str, Any]:
    """A new key as its description says, once it is sure who asks."""
    return _asked_for(env, model, ids, "make_key")


def run_check(env: Env, _model: Model, ids: Sequence[int]) -> dict[str, Any]:
    """Check who asks, by the password that the context has; then do what was asked for.

    Raises:
        UserError: it is wrong.
    """
    if not is_password(str(env.context.get("password"))):
        raise UserError("Incorrect Password, try again or click on Forgot Password to reset your password.")
    table = env.db.tables[IDENTITY]
    wanted = env.execute(sa.select(table.c.request).where(table.c.id == ids[0])).scalar_one()
    model, its_ids, method = orjson.loads(wanted)
    done: dict[str, Any] = _CHECKED[model, method](env, its_ids)
    return done


def _asked_for(env: Env, model: Model, ids: Sequence[int], method: str) -> dict[str, Any]:
    """The wizard that checks who asks: no session of a program has been checked before.

    Raises:
        UserError: the call came over an old protocol.
    """
    if not env.is_web:
        raise UserError("This method can only be accessed over HTTP")
    (number,) = writing.create(env, env.model(IDENTITY), [{}])
    table = env.db.tables[IDENTITY]
    wanted = orjson.dumps([model.name, list(ids), method]).decode()
    env.execute(table.update().where(table.c.id == number).values(request=wanted))
    return {
        "type": "ir.actions.act_window",
        "res_model": IDENTITY,
        "res_id": number,
        "name": "Access Control",
        "target": "new",
        "views": [[False, "form"]],
        "context": {"dialog_size": "medium"},
    }


def _remove_checked(env: Env, ids: Sequence[int]) -> dict[str, Any]:
    _delete(env, ids)
    return _CLOSED


def _make_checked(env: Env, ids: Sequence[int]) -> dict[str, Any]:
    table = env.db.tables[DESCRIPTION]
    row = env.execute(sa.select(table.c.name, table.c.expiration_date).where(table.c.id == ids[0])).one()
    key = _made(env, None, row.name, row.expiration_date)
    env.execute(table.delete().where(table.c.id == ids[0]))
    return {
        "type": "ir.actions.act_window",
        "res_model": "res.users.apikeys.show",
        "name": "API Key Ready",
        "views": [[False, "form"]],
        "target": "new",
        "context": {"default_key": key},
    }


_CHECKED: Mapping[tuple[str, str], Any] = {(KEYS, "remove"): _remove_checked, (DESCRIPTION, "make_key"): _make_checked}


def _made(env: Env, scope: Any, name: str, expiration_date: Any) -> str:
    key = secrets.token_hex(20)
    row = {"name": name, "user_id": env.uid, "scope": scope, "expiration_date": expiration_date or None}
    env.execute(env.db.tables[KEYS].insert().values(**row, create_date=env.now, key=digest(key)))
    return key


def _delete(env: Env, ids: Sequence[int]) -> None:
    table = env.db.tables[KEYS]
    env.execute(table.delete().where(table.c.id.in_(list(ids))))
    env.db.good_keys.clear()


def _found(database: Database, connection: sa.Connection, key: str) -> int | None:
    """The number of a key that opens the external API now."""
    table = database.tables[KEYS]
    query = sa.select(table.c.id, table.c.scope).where(table.c.key == digest(str(key)), _is_live(table, database))
    return next((row.id for row in connection.execute(query) if row.scope in SCOPES), None)


def _is_live(table: sa.Table, database: Database) -> sa.ColumnElement[bool]:
    return table.c.expiration_date.is_(None) | (table.c.expiration_date >= database.clock())
