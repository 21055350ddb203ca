"""JSON-RPC (`/jsonrpc`): Odoo 8 to 19. Errors come with HTTP 200."""

from __future__ import annotations

from typing import Any

from odoo_etl.errors import UnknownOutcome
from odoo_etl.odoo.faults import fault_from_json
from odoo_etl.odoo.transports.answers import Answer, foreign
from odoo_etl.odoo.transports.base import USER_AGENT, Login, ServiceTransport, old_not_served
from odoo_etl.odoo.transports.http import Http
from odoo_etl.odoo.wire_values import dump_json, load_json

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
    document = _envelope(answer, http.url, where)
    if document.get("error") is not None:
        raise login.error(fault_from_json(document["error"]["data"]), where)
    return document.get("result")


def _envelope(answer: Answer, url: str, where: str) -> dict[str, Any]:
    """The answer as Odoo's JSON-RPC envelope: a result, an error with its data, or neither where None was returned."""
    if answer.status != 200 or answer.content_type == "text/html":
        raise foreign(answer, url, where)
    try:
        document = load_json(answer.body)
    except ValueError:
        raise UnknownOutcome(f"{where}: {url} answered {len(answer.body)} bytes that are no whole JSON") from None
    if not _is_envelope(document):
        raise foreign(answer, url, where)
    return document  # type: ignore[no-any-return]  # JSON is Any; its shape was just looked at


def _is_envelope(document: Any) -> bool:
    if not isinstance(document, dict):
        return False
    error = document.get("error")
    if error is not None:
        return isinstance(error, dict) and isinstance(error.get("data"), dict)
    return "jsonrpc" in document
