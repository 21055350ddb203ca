"""A tiny HTTP server that answers as a script says, faults included: what no real Odoo does on demand."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer; `cut` ends it early, `keep` False closes the connection without saying so."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    keep: bool = True

    def gzipped(self) -> Reply:
        """The same, compressed."""
        return Reply(
            self.status, gzip.compress(self.body), self.content_type, {**self.headers, "Content-Encoding": "gzip"}
        )


DROP = "close the connection without an answer"
SILENCE = "never answer"
PAGE = b"<html><body>Please log in</body></html>"


def page(status: int = 200, **headers: str) -> Reply:
    """A web page, as proxies and login forms answer."""
    return Reply(
        status, PAGE, "text/html; charset=utf-8", {name.replace("_", "-"): text for name, text in headers.items()}
    )


@dataclass
class Request:
    """What a client sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class ScriptedServer:
    """Answers the requests by the script, one step each, the last step again and again."""

    def __init__(self, *script: Reply | str, tls: ssl.SSLContext | None = None) -> None:
        self.script = list(script)
        self.requests: list[Request] = []
        self.connections = 0
        self.closed = threading.Event()
        self._over = threading.Event()
        self._http = _Http(self)
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> ScriptedServer:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._http.shutdown()
        self._http.server_close()

    def step(self) -> Reply | str:
        """The next step of the script."""
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def wait_until_over(self) -> None:
        """Be silent as long as the server lives."""
        self._over.wait(30)


class _Http(ThreadingHTTPServer):
    """Knows whose script it answers by."""

    daemon_threads = True

    def __init__(self, owner: ScriptedServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    """Plays one step of the script per request."""

    protocol_version = "HTTP/1.1"
    server: _Http

    def setup(self) -> None:
        self.server.owner.connections += 1
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.connection.close()
        self.server.owner.closed.set()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        owner.requests.append(Request(self.command, self.path, dict(self.headers), body))
        step = owner.step()
        if step == SILENCE:
            owner.wait_until_over()
        if isinstance(step, Reply):
            self._send(step)
        self.close_connection = self.close_connection or not isinstance(step, Reply) or not step.keep or step.cut

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        headers = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body)), **reply.headers}
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Dialect:
    """How a protocol says that a call succeeded, or which exception Odoo raised."""

    result: Callable[[Any], Reply]
    error: Callable[[str, str], Reply]


_TRACE = 'Traceback (most recent call last):\n  File "/odoo/models.py", line 7, in create\n    x()\n{}: {}\n'
_CODES = {
    "odoo.exceptions.UserError": 2,
    "odoo.exceptions.ValidationError": 2,
    "odoo.exceptions.AccessDenied": 3,
    "odoo.exceptions.AccessError": 4,
}
_STATUSES = {
    "odoo.exceptions.UserError": 422,
    "odoo.exceptions.ValidationError": 422,
    "odoo.exceptions.AccessDenied": 403,
    "odoo.exceptions.AccessError": 403,
}


def _xml(value: Any) -> Reply:
    text = xmlrpc.client.dumps(value, methodresponse=True) if isinstance(value, tuple) else xmlrpc.client.dumps(value)
    return Reply(200, text.encode(), "text/xml")


def _xml_error(name: str, message: str) -> Reply:
    code = _CODES.get(name, 1)
    text = message if code > 1 else _TRACE.format(name.removeprefix("builtins."), message)
    return _xml(xmlrpc.client.Fault(code, text))


def _json(status: int, document: Any) -> Reply:
    return Reply(status, json.dumps(document).encode(), "application/json; charset=utf-8")


def _body(name: str, message: str) -> dict[str, Any]:
    return {
        "name": name,
        "message": message,
        "arguments": [message],
        "context": {},
        "debug": _TRACE.format(name, message),
    }


DIALECTS = {
    "xmlrpc": Dialect(result=lambda value: _xml((value,)), error=_xml_error),
    "jsonrpc": Dialect(
        result=lambda value: _json(200, {"jsonrpc": "2.0", "id": 1, "result": value}),
        error=lambda name, message: _json(
            200, {"error": {"code": 0, "message": "Odoo Server Error", "data": _body(name, message)}}
        ),
    ),
    "json2": Dialect(
        result=lambda value: _json(200, value),
        error=lambda name, message: _json(_STATUSES.get(name, 500), _body(name, message)),
    ),
}
