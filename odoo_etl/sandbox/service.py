"""Login and dispatch: what the three protocols share once a request is decoded."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_etl.sandbox.env import NEWEST, Env
from odoo_etl.sandbox.errors import AccessDenied, AccessError, DatabaseError, HttpError, UserError, message, wire_name
from odoo_etl.sandbox.keys import USER, is_password, opens
from odoo_etl.sandbox.methods import METHODS, Method
from odoo_etl.sandbox.tables import DB, PROTOCOLS

if TYPE_CHECKING:
    import inspect
    from collections.abc import Mapping, Sequence

    from odoo_etl.sandbox.database import Database
    from odoo_etl.sandbox.schema import Model

UID = 2


def _words(text: str) -> frozenset[str]:
    """The words of a text: a long list that stays readable."""
    return frozenset(text.split())


# Public in Python, kept from callers by `@api.private` in Odoo 19.
PRIVATE = _words(
    "browse check_access concat ensure_one exists fetch filtered filtered_domain grouped "
    "invalidate_model invalidate_recordset lock_for_update mapped modified new sorted sudo union "
    "update with_company with_context with_env with_prefetch with_user"
)
JSON2_SINCE = 19
# Methods that servers before these versions lack.
SINCE = {
    "generate": 19,
    "revoke": 19,
    "web_save_multi": 19,
    "has_access": 18,
    "update_field_translations": 16,
    "get_field_translations": 16,
}
LOAD_IN_SEARCH_READ_SINCE = 15


@dataclass(frozen=True)
class Service:
    """Answers calls on one database.

    Attributes:
        major: the version of Odoo that it says it is; older ones lack what came later, and see `older`. All else is as
            in the newest.
        protocols: those that it speaks, as far as its version does.
        name: that of the database.
    """

    database: Database
    major: int = NEWEST
    protocols: frozenset[str] = PROTOCOLS
    name: str = DB

    @property
    def version_info(self) -> list[Any]:
        """The version as Odoo's own code has it."""
        return [self.major, 0, 0, "final", 0, ""]

    def version(self) -> dict[str, Any]:
        """The answer of `common.version`."""
        version = f"{self.major}.0"
        return {
            "server_version": version,
            "server_version_info": self.version_info,
            "server_serie": version,
            "protocol_version": 1,
        }

    def authenticate(self, db: Any, login: Any, secret: Any, *_agent: Any) -> int | bool:
        """The user's id, or False.

        Raises:
            DatabaseError: there is no such database.
        """
        self._check_database(db)
        return UID if login == USER and self.knows(secret) else False

    def knows(self, secret: Any) -> bool:
        """True for the password, and for an API key that is good now."""
        return is_password(str(secret)) or self.opens(secret)

    def opens(self, key: Any) -> bool:
        """True for an API key that is good now."""
        return opens(self.database, str(key))

    def common(self, method: str, args: Sequence[Any]) -> Any:
        """A call to the service `common`.

        Raises:
            Exception: there is no such method (Odoo raises the bare class).
        """
        if method == "version":
            return self.version()
        if method in ("login", "authenticate"):
            return self.authenticate(*args)
        raise Exception(f"Method not found: {method}")  # noqa: TRY002 - the class is what the wire shows

    def object(self, method: str, args: Sequence[Any]) -> Any:
        """A call to the service `object`: `execute_kw` or `execute`.

        Raises:
            AccessDenied: the user or the secret is wrong.
            UserError: the model does not exist.
        """
        db, uid, secret, model_name, name, *rest = args
        self._check_database(db)
        if uid != UID or not self.knows(secret):
            raise AccessDenied
        if method == "execute":
            positional, named = list(rest), {}
        elif method == "execute_kw":
            positional, named = list(rest[0]), dict(rest[1] or {}) if len(rest) > 1 else {}
        else:
            raise NameError(f"Method not available {method}")
        model = execute_cr(self.database, model_name)
        known = self._method(model, name, named)
        context = named.pop("context", None) or {}
        if not known.on_model:
            if not positional and "ids" not in named:
                raise IndexError("list index out of range")
            ids = positional.pop(0) if positional else named.pop("ids")
            return self._run(known, model, context, positional, named, ids=ids)
        return self._run(known, model, context, positional, named)

    def _method(self, model: Model, name: str, named: Mapping[str, Any]) -> Method:
        """The method of that name, as far as a server of the version has it.

        Raises:
            AttributeError: it has none.
            TypeError: it does not take one of the parameters.
        """
        if self.major < SINCE.get(name, 0):
            raise AttributeError(f"The method '{model.name}.{name}' does not exist")
        if name == "search_read" and "load" in named and self.major < LOAD_IN_SEARCH_READ_SINCE:
            raise TypeError("search_read() got an unexpected keyword argument 'load'")
        return public_method(model, name)

    def json2(self, model_name: str, name: str, params: Mapping[str, Any]) -> Any:
        """A call over JSON-2: named parameters, `ids` and `context` beside them.

        Raises:
            HttpError: unknown model or method (404), an argument that does not fit (422).
        """
        named = dict(params)
        ids, context = named.pop("ids", ()), named.pop("context", None) or {}
        if model_name not in self.database.catalog:
            raise HttpError("NotFound", 404, f"the model {model_name!r} does not exist")
        model = self.database.catalog[model_name]
        try:
            known = public_method(model, name)
        except AttributeError as error:
            raise HttpError("NotFound", 404, str(error)) from None
        if known.on_model and ids:
            raise HttpError("UnprocessableEntity", 422, f"cannot call {model_name}.{name} with ids")
        try:
            known.signature.bind(**named)
        except TypeError as error:
            raise HttpError("UnprocessableEntity", 422, str(error)) from None
        if known.on_model:
            return self._run(known, model, context, None, named)
        return self._run(known, model, context, None, named, ids=ids)

    def _run(
        self,
        known: Method,
        model: Model,
        context: Mapping[str, Any],
        positional: Sequence[Any] | None,
        named: Mapping[str, Any],
        **records: Any,
    ) -> Any:
        """Call the method in a transaction of its own; only JSON-2 has no positional parameters."""
        bound = call_kw(known, positional or (), named)
        leading = [_ids(records["ids"])] if records else []
        with self.database.transaction() as connection:
            env = Env(self.database, connection, UID, context, major=self.major, is_web=positional is None)
            _ = env.lang  # Odoo refuses an unknown language before anything else
            if context.get("allowed_company_ids"):
                _ = env.company  # and a company that is not the user's, as soon as it looks at records
            return known.run(env, model, *leading, *bound.args, **bound.kwargs)

    def _check_database(self, db: Any) -> None:
        """Refuse another database, as PostgreSQL does.

        Raises:
            DatabaseError: psycopg2's OperationalError.
        """
        if db != self.name:
            raise DatabaseError(
                "OperationalError", f'connection to server failed: FATAL:  database "{db}" does not exist\n'
            )


def execute_cr(database: Database, name: str) -> Model:
    """The model of that name. Like `call_kw` it bears the name of Odoo's function: clients see it in the traceback.

    Raises:
        UserError: the model does not exist.
    """
    if name not in database.catalog:
        raise UserError(f"Object {name} doesn't exist")
    return database.catalog[name]


def call_kw(known: Method, positional: Sequence[Any], named: Mapping[str, Any]) -> inspect.BoundArguments:
    """The arguments as the method takes them.

    Raises:
        TypeError: they do not fit.
    """
    try:
        return known.signature.bind(*positional, **named)
    except TypeError as error:
        raise TypeError(str(error)) from None


def _ids(value: Any) -> list[int]:
    return [value] if isinstance(value, int) else list(value or ())


def public_method(model: Model, name: str) -> Method:
    """The method of that name.

    Raises:
        AccessError: it is private.
        AttributeError: the model has no such method, or the sandbox does not know it.
    """
    if name.startswith("_") or name in PRIVATE:
        raise AccessError(f"Private methods (such as '{model.name}.{name}') cannot be called remotely.")
    known = METHODS.get(name)
    if known is None or known.only not in ("", model.name):
        raise AttributeError(f"The method '{model.name}.{name}' does not exist")
    return known


def traceback_text(error: Exception) -> str:
    """A traceback whose last line names the class as Odoo's does."""
    name = wire_name(error).removeprefix("builtins.")
    lines = traceback.format_exception(error)[:-1]
    return "".join(lines) + f"{name}: {message(error)}\n"


def serialize(error: Exception) -> dict[str, Any]:
    """`{name, message, arguments, context, debug}`, as JSON-RPC and JSON-2 carry an error."""
    return {
        "name": wire_name(error),
        "message": message(error),
        "arguments": [message(error), *error.args[1:]],
        "context": {},
        "debug": traceback_text(error),
    }
