"""The three protocols: decode a request, call the service, encode the answer or the error as Odoo does."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import orjson

from odoo_etl.sandbox.errors import FAULT_APPLICATION, HttpError, OdooException
from odoo_etl.sandbox.service import JSON2_SINCE, Service, serialize, traceback_text

if TYPE_CHECKING:
    from email.message import Message

JSON = "application/json; charset=utf-8"
XML = "text/xml; charset=utf-8"
HTML = "text/html; charset=utf-8"
CONTROL_CHARACTERS = dict.fromkeys(set(range(32)) - {9, 10, 13})


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def route(service: Service, method: str, path: str, headers: Message, body: bytes) -> Answer:
    """The answer to a request, by its path."""
    if path.startswith("/json/2") and service.major >= JSON2_SINCE and "json2" in service.protocols:
        return json2(service, method, path, headers, body)
    if method == "GET" and path in ("/web/version", "/json/version"):
        return Answer(orjson.dumps({"version_info": service.version_info, "version": f"{service.major}.0"}))
    if method == "POST" and path == "/jsonrpc" and "jsonrpc" in service.protocols:
        return jsonrpc(service, body)
    if method == "POST" and path == "/web/webclient/version_info":
        return jsonrpc(service, body, version_only=True)
    xmlrpc_paths = ("/xmlrpc/2/common", "/xmlrpc/2/object") if "xmlrpc" in service.protocols else ()
    if method == "POST" and path in xmlrpc_paths:
        return xmlrpc_2(service, path.rpartition("/")[2], body)
    return not_found()


def not_found() -> Answer:
    """The error page that werkzeug shows for a page that does not exist."""
    text = b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
    return Answer(text, 404, HTML)


def _dump_text(_marshaller: xmlrpc.client.Marshaller, value: Any, write: Callable[[str], object]) -> None:
    write(f"<value><string>{escape(value.translate(CONTROL_CHARACTERS))}</string></value>\n")


class _Marshaller(xmlrpc.client.Marshaller):
    """Writes texts without the control characters that XML cannot hold, as Odoo does."""

    def __init__(self) -> None:
        super().__init__(allow_none=False)
        self.dispatch = {**self.dispatch, str: _dump_text}


def xmlrpc_2(service: Service, name: str, body: bytes) -> Answer:
    """One XML-RPC call; an error becomes a fault with code 1 to 4."""
    try:
        params, method = xmlrpc.client.loads(body, use_datetime=True)
        target = service.common if name == "common" else service.object
        payload: Any = (target(str(method), params),)
        text = _Marshaller().dumps(payload)
    except Exception as error:  # noqa: BLE001 - the server's edge: every error becomes a fault
        code = error.fault_code if isinstance(error, OdooException) else FAULT_APPLICATION
        shown = str(error) if isinstance(error, OdooException) else traceback_text(error)
        text = _Marshaller().dumps(xmlrpc.client.Fault(code, shown))
    body = f'<?xml version="1.0"?>\n<methodResponse>\n{text}\n</methodResponse>\n'.encode()
    return Answer(body, content_type=XML)


def jsonrpc(service: Service, body: bytes, *, version_only: bool = False) -> Answer:
    """One JSON-RPC call; an error is an answer with status 200."""
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Answer(b"Invalid JSON data", 400, HTML)
    if not isinstance(request, dict):
        return Answer(b"Invalid JSON-RPC data", 400, HTML)
    answer: dict[str, Any] = {"jsonrpc": "2.0", "id": request.get("id")}
    try:
        result = service.version() if version_only else _jsonrpc_call(service, request.get("params") or {})
        if result is not None:
            answer["result"] = result
        return Answer(orjson.dumps(answer))
    except Exception as error:  # noqa: BLE001 - the server's edge: every error becomes an answer
        answer.pop("result", None)
        answer["error"] = {"code": 0, "message": "Odoo Server Error", "data": serialize(error)}
        return Answer(orjson.dumps(answer, default=str))


def _jsonrpc_call(service: Service, params: Mapping[str, Any]) -> Any:
    name, method, args = params["service"], params["method"], params["args"]
    if name == "common":
        return service.common(method, args)
    if name == "object":
        return service.object(method, args)
    raise KeyError(name)


def json2(service: Service, method: str, path: str, headers: Message, body: bytes) -> Answer:
    """One JSON-2 call; an error carries the HTTP status that Odoo gives it."""
    if headers.get("X-Odoo-Database", service.name) != service.name:
        return not_found()
    try:
        model, name = _json2_target(method, path)
        _check_bearer(service, headers)
        return Answer(orjson.dumps(service.json2(model, name, _json2_params(body))))
    except Exception as error:  # noqa: BLE001 - the server's edge: every error becomes an answer
        status = error.http_status if isinstance(error, OdooException | HttpError) else 500
        extra = {"WWW-Authenticate": "bearer"} if status == 401 else {}
        return Answer(orjson.dumps(serialize(error), default=str), status, headers=extra)


def _json2_target(method: str, path: str) -> tuple[str, str]:
    parts = path.removeprefix("/json/2").strip("/").split("/")
    if method != "POST" or len(parts) != 2:
        raise HttpError("NotFound", 404, "Did you mean POST /json/2/<model>/<method>?")
    return parts[0], parts[1]


def _check_bearer(service: Service, headers: Message) -> None:
    scheme, _, key = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise HttpError(
            "Unauthorized", 401, "User not authenticated, use an API Key with a Bearer Authorization header."
        )
    if not service.opens(key.strip()):
        raise HttpError("Unauthorized", 401, "Invalid apikey")


def _json2_params(body: bytes) -> Mapping[str, Any]:
    if not body:
        return {}
    try:
        params = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise HttpError("BadRequest", 400, f"could not parse the body as json: {error}") from None
    return params if isinstance(params, dict) else {}
