"""JSON-RPC (`/jsonrpc`): Odoo 8 to 19. Errors come with HTTP 200."""

from __future__ import annotations

from typing import Any

from odoo_etl.errors import ProtocolError, UnknownOutcome
from odoo_etl.odoo.faults import Fault
from odoo_etl.odoo.transports.base import USER_AGENT, Login, ServiceTransport, old_not_served
from odoo_etl.odoo.transports.http import Answer, Http
from odoo_etl.odoo.values import dump_json, load_json

_PATH = "/jsonrpc"
_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": USER_AGENT,
}


class JsonRpc(ServiceTransport):
    """Odoo's services over JSON-RPC."""

    name = "jsonrpc"

    def _ask(self, service: str, method: str, args: list[Any], where: str) -> Any:
        params = {"service": service, "method": method, "args": args}
        return ask(self._http, _PATH, params, self._login, where)


def ask(http: Http, path: str, params: dict[str, Any], login: Login, where: str) -> Any:
    """The result of one JSON-RPC request to any of Odoo's JSON-RPC routes.

    Raises:
        NotServed: the server has no such path.
        OdooError: what Odoo answered.
    """
    body = dump_json({"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}, where)
    answer = http.post(path, body, _HEADERS, where)
    if answer.status == 404:
        raise old_not_served(http.url, path, where)
    document = _document(answer, http.url, where)
    if "error" in document:
        raise login.error(_fault(document["error"]), where)
    return document.get("result")


def _document(answer: Answer, url: str, where: str) -> dict[str, Any]:
    """The answer as JSON-RPC's envelope."""
    if answer.content_type == "text/html":
        raise ProtocolError(f"{where}: {url} answered a web page, not JSON; is a login page or another site there?")
    try:
        document = load_json(answer.body)
    except ValueError:
        raise UnknownOutcome(f"{where}: {url} answered {len(answer.body)} bytes that are no whole JSON") from None
    if not isinstance(document, dict):
        raise ProtocolError(f"{where}: {url} answered JSON that is not JSON-RPC")
    return document


def _fault(error: Any) -> Fault:
    """Odoo's `error.data`; an error of the route itself has none."""
    data = error.get("data") if isinstance(error, dict) else None
    if not isinstance(data, dict):
        return Fault("werkzeug.exceptions.BadRequest", str(error))
    return Fault(str(data.get("name", "")), str(data.get("message", "")), str(data.get("debug", "")))
