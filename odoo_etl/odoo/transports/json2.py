"""JSON-2 (`/json/2/<model>/<method>`): Odoo 19 and later; named parameters, an API key, no login request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from odoo_etl.errors import CannotStart, OdooError, ProtocolError, UnknownOutcome
from odoo_etl.odoo.call import Call
from odoo_etl.odoo.faults import NotOdoos, NotServed, fault_from_json
from odoo_etl.odoo.transports.answers import Answer, foreign
from odoo_etl.odoo.transports.base import USER_AGENT, Login
from odoo_etl.odoo.transports.http import Http
from odoo_etl.odoo.wire_values import dump_json, load_json

_FAULT_KEYS = {"name", "message", "arguments", "debug"}


class Json2:
    """Calls as plain HTTP requests with an API key."""

    name = "json2"
    needs_uid = False

    def __init__(self, http: Http, login: Login) -> None:
        if not login.api_key:
            raise CannotStart(
                "protocol json2 needs an api_key (in Odoo: preferences, account security, new API key); "
                "a password works with protocol jsonrpc or xmlrpc only"
            )
        _check_header("api_key", login.api_key)
        _check_header("db", login.db)
        self._http = http
        self._login = login
        self._headers = {
            "Authorization": f"bearer {login.api_key}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": USER_AGENT,
        }
        if login.db:
            self._headers["X-Odoo-Database"] = login.db

    def authenticate(self) -> int:
        """`res.users.context_get`, whose answer holds the id of the key's owner."""
        context = self._ask("res.users", "context_get", {}, "login")
        if not isinstance(context, dict) or not isinstance(context.get("uid"), int):
            raise ProtocolError(f"login: {self._http.url} answered no user id; is it Odoo 19 or later?")
        return int(context["uid"])

    def send(self, call: Call, uid: int) -> Any:  # noqa: ARG002 - the key says who we are
        """POST the named parameters to the method's own path."""
        answer = self._ask(call.model, call.method, call.by_name(), str(call))
        if call.method == "create" and isinstance(call.params.get("vals_list"), Mapping):
            return _only(answer, str(call))
        return answer

    def _ask(self, model: str, method: str, params: dict[str, Any], where: str) -> Any:
        path = f"/json/2/{quote(model, safe='')}/{quote(method, safe='')}"
        answer = self._http.post(path, dump_json(params, where), self._headers, where)
        if answer.content_type != "application/json":
            raise _not_json(answer, self._http.url, where)
        if answer.status == 401:
            raise self._login.refused(where)
        if answer.status == 200:
            return self._result(answer, where)
        raise self._error(answer, where)

    def _result(self, answer: Answer, where: str) -> Any:
        """The answer's JSON."""
        try:
            return load_json(answer.body)
        except ValueError:
            raise UnknownOutcome(
                f"{where}: {self._http.url} answered {len(answer.body)} bytes, no whole JSON"
            ) from None

    def _error(self, answer: Answer, where: str) -> OdooError:
        """The error that Odoo's error body describes; from the status alone where the body is not Odoo's."""
        try:
            body = load_json(answer.body)
        except ValueError:
            body = None
        if not isinstance(body, dict) or not body.keys() >= _FAULT_KEYS:
            return foreign(answer, self._http.url, where)
        return self._login.error(fault_from_json(body), where)


def _check_header(name: str, text: str) -> None:
    """Refuse what an HTTP header cannot carry; keys have only plain letters, databases may be called anything.

    Raises:
        CannotStart: the text is not shown.
    """
    if not text.isprintable():
        raise CannotStart(f"{name} holds a line end or the like, which no HTTP header can carry; copy it again")
    if not text.isascii():
        remedy = "copy it again" if name == "api_key" else "use `protocol: jsonrpc` for this database"
        raise CannotStart(f"{name} holds letters that no HTTP header can carry, as JSON-2 needs it; {remedy}")


def _not_json(answer: Answer, url: str, where: str) -> OdooError:
    """A web page instead of an answer: not Odoo, or not one that serves JSON-2 for this database."""
    if answer.status == 404:
        return NotServed(
            f"{where}: {url} does not serve JSON-2 for this database; is its name right? (JSON-2 needs Odoo 19)"
        )
    return foreign(answer, url, where)


def _only(answer: Any, where: str) -> Any:
    """The one id; the old protocols answer one id where one record was given, JSON-2 a list."""
    if not isinstance(answer, list) or len(answer) != 1:
        raise NotOdoos(f"{where}: one record was given, and the answer is not one id")
    return answer[0]
