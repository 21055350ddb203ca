"""A web server of contents, on this machine."""

from __future__ import annotations

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Web(ThreadingHTTPServer):
    """What it has by path: status, headers, and the body in pieces, each sent after a wait for `gate`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.pages, self.asked, self.headers = {}, Counter(), {}
        self.gate = threading.Event()

    def page(self, path, body=b"", status=200, **headers):
        """Answer so from now on."""
        self.pages[path] = status, {name.replace("_", "-"): value for name, value in headers.items()}, body

    def url(self, path, host="127.0.0.1"):
        """The address of a path."""
        return f"http://{host}:{self.server_port}{path}"


class Pages(BaseHTTPRequestHandler):
    """Answers from what the server has."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """One page; 304 where the client has it."""
        self.server.asked[self.path] += 1
        self.server.headers = dict(self.headers)
        status, headers, body = self.server.pages.get(self.path, (404, {}, b""))
        etag = headers.get("ETag")
        if etag and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
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


@pytest.fixture
def web():
    """The server."""
    server = Web()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.gate.set()
    server.shutdown()
    server.server_close()
    thread.join()
