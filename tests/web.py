"""A web server on this machine, of which a test says what it answers."""

from __future__ import annotations

import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Asked(NamedTuple):
    """A request as it came; parameters by name, the last one where several have it."""

    method: str
    path: str
    params: dict
    headers: dict
    body: bytes

    @property
    def json(self):
        """Its body."""
        return json.loads(self.body)


class Web(ThreadingHTTPServer):
    """What it has by path: status, headers, and the body in pieces, each sent after a wait for `gate`.

    Attributes:
        asked: how often, by path and query.
        requests: every one, in order.
        headers: of the last request.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.pages, self.asked, self.headers, self.requests = {}, Counter(), {}, []
        self.gate = threading.Event()

    def page(self, path, body=b"", status=200, **headers):
        """Answer so from now on; a body that can be called is given the request, and returns what a page is."""
        self.pages[path] = status, {name.replace("_", "-"): value for name, value in headers.items()}, body

    def url(self, path, host="127.0.0.1"):
        """The address of a path."""
        return f"http://{host}:{self.server_port}{path}"

    def answer(self, request):
        """Status, headers and body; a page of the path alone is there for every query."""
        known = self.pages.get(request.path) or self.pages.get(urlsplit(request.path).path) or (404, {}, b"")
        if callable(known[2]):
            return known[2](request)
        return known


def as_json(document, status=200, **headers):
    """A page of JSON."""
    kinds = {"Content-Type": "application/json"}
    kinds |= {name.replace("_", "-"): value for name, value in headers.items()}
    return status, kinds, json.dumps(document).encode()


class Pages(BaseHTTPRequestHandler):
    """Answers from what the server has."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """One page."""
        self._answer()

    def do_POST(self):
        """One page."""
        self._answer()

    def _answer(self):
        """304 where the client has it, no answer where its status is 0."""
        self.server.asked[self.path] += 1
        self.server.headers = dict(self.headers)
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        params = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        request = Asked(self.command, self.path, params, self.server.headers, sent)
        self.server.requests.append(request)
        status, headers, body = self.server.answer(request)
        etag = headers.get("ETag")
        if etag and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        if not status:
            self.close_connection = True
            return
        self.send_response(status)
        pieces = body if isinstance(body, list) else [body]
        for name, value in ({"Content-Length": str(sum(map(len, pieces)))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        for number, piece in enumerate(pieces):
            if number:
                self.server.gate.wait(30)
            self.wfile.write(piece)

    def log_message(self, *_):
        """Nothing."""


@contextmanager
def serving(tls=None):
    """A server that runs meanwhile.

    Args:
        tls: its context, for https.
    """
    server = Web()
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
