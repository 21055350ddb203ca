"""Servers that repeat what they were told, secrets and all: an Odoo behind a chatty proxy, and a PostgreSQL."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from tests.contract.transports.scripted import DIALECTS
from tests.fault_proxy import call_of
from tests.servers import Server


def _http(status: str, kind: str, body: str, *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body.encode())}", *headers)
    return ("\r\n".join((*lines, "Connection: close")) + "\r\n\r\n" + body).encode()


def _error(name: str, echo: str, protocol: str) -> bytes:
    reply = DIALECTS[protocol].error(name, f"cannot do {echo}")
    return _http(f"{reply.status} X", reply.content_type, reply.body.decode())


# How the request comes back: its text (request line, headers, body) and the protocol to raw bytes.
ECHOES: dict[str, Callable[[str, str], bytes]] = {
    "error": lambda echo, protocol: _error("builtins.ValueError", echo, protocol),
    "validation": lambda echo, protocol: _error("odoo.exceptions.ValidationError", echo, protocol),
    "name": lambda echo, protocol: _error(" ".join(echo.split()), "it", protocol),
    "page": lambda echo, _: _http("200 OK", "text/html", f"<html><pre>{escape(echo)}</pre></html>"),
    "gateway": lambda echo, _: _http("502 Bad Gateway", "text/html", echo),
    "json": lambda echo, _: _http("200 OK", "application/json", json.dumps({"you": echo})),
    "redirect": lambda echo, _: _http("302 Found", "text/html", "", f"Location: /{quote(echo[-3000:])}?{quote(echo)}"),
    "status": lambda echo, _: f"HTTP/1.1 what? {' '.join(echo.split())}\r\n\r\n".encode(),
    "headers": lambda echo, _: _http("200 OK", "text/html", "", "".join(echo.split())),
    "chunks": lambda echo, _: (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{' '.join(echo.split())}\r\n".encode()
    ),
}


@contextmanager
def echoing(server: Server, key: str) -> Iterator[str]:
    """The URL of a proxy that knows the server's own key for `key`.

    It echoes a `create` whose rows name one of ECHOES as `echo-...`, and every call of whoever has another key.
    """
    with _Proxy(server, key) as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_address[1]}"
        proxy.shutdown()


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behind: Server, key: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind, self.key = behind, key


class _Handler(BaseHTTPRequestHandler):
    server: _Proxy

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        form = self._form(body)
        echo = f"{self.requestline}\n{self.headers}\n{body.decode()}"
        self.wfile.write(ECHOES[form](echo, _protocol(self.path)) if form else self._forwarded(body))

    def _form(self, body: bytes) -> str | None:
        """How the request is echoed; None where it is not."""
        asks_version = self.path.startswith("/web/")
        if not asks_version and not any(spelled in body + bytes(self.headers) for spelled in _spelled(self.server.key)):
            return "error"
        creates = call_of(self.path, body) == "create"
        return next((form for form in ECHOES if creates and f"echo-{form}".encode() in body), None)

    def _forwarded(self, body: bytes) -> bytes:
        real = self.server.behind
        for spelled in _spelled(self.server.key):
            body = body.replace(spelled, real.api_key.encode())
        headers = {**self.headers, "Accept-Encoding": "", "Content-Length": str(len(body))}
        if "Authorization" in headers:
            headers["Authorization"] = f"bearer {real.api_key}"
        with closing(http.client.HTTPConnection(urlsplit(real.url).netloc, timeout=30)) as upstream:
            upstream.request(self.command, self.path, body, headers)
            answer = upstream.getresponse()
            return _http(f"{answer.status} X", answer.headers["Content-Type"], answer.read().decode())


def _spelled(key: str) -> list[bytes]:
    """A key as it stands in XML, JSON and a header."""
    return [text.encode() for text in (escape(key), json.dumps(key)[1:-1], key)]


def _protocol(path: str) -> str:
    return "json2" if path.startswith("/json/2") else "xmlrpc" if path.startswith("/xmlrpc") else "jsonrpc"


@contextmanager
def echoing_postgres() -> Iterator[int]:
    """The port of a PostgreSQL that asks everybody for a password and refuses it, repeating it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_refuse_all, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _refuse_all(listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, suppress(OSError, struct.error):  # a client that leaves early
            client.settimeout(10)
            _refuse(client)


def _refuse(client: socket.socket) -> None:
    """One login: no TLS, a password in clear text, an error that quotes it."""
    while struct.unpack("!i", client.recv(65536)[4:8])[0] != 0x30000:  # until the start of the protocol itself
        client.sendall(b"N")
    client.sendall(b"R" + struct.pack("!ii", 8, 3))
    password = client.recv(65536)[5:].rstrip(b"\0")
    error = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed: " + password + b"\0\0"
    client.sendall(b"E" + struct.pack("!i", len(error) + 4) + error)


def text_of(value: Any) -> str:
    """Nothing hides in a type."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
