"""A server that says it is an Odoo, a proxy, or another site: for what is found out about addresses."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = {"server_version": "19.0", "server_version_info": [19, 0, 0, "final", 0, ""]}


class StandIn:
    """A server of which a test says what it answers.

    Attributes:
        paths: path to what it answers there: JSON, or (status, headers, page).
        ahead: by how much its clock is ahead.
        password: the one that JSON-RPC takes; "" for none.
        served: the protocols that it serves.
    """

    def __init__(self):
        self.paths, self.ahead, self.password = {"/web/webclient/version_info": {"result": VERSION}}, timedelta(), ""
        self.paths["/web/version"] = {"version": "19.0", "version_info": [19]}

    def answer(self, path, body):
        """Status, headers and body."""
        known = self.paths.get(path, (404, {}, "<title>404 Not Found</title>"))
        if path == "/jsonrpc" and self.password:
            known = {"result": 2 if json.loads(body)["params"]["args"][2] == self.password else False}
        if path.startswith("/json/2/") and path not in self.paths:
            known = (401, {}, json.dumps({"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}))
        status, headers, text = known if isinstance(known, tuple) else (200, {}, json.dumps(known))
        kind = "application/json" if text[:1] in {"{", "["} else "text/html"
        if text.startswith('{"result"'):
            text = json.dumps({"jsonrpc": "2.0", "id": None, **json.loads(text)})
        return status, {"Content-Type": kind, **headers}, text.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Answer."""
        self._answer()

    def do_POST(self):
        """Answer."""
        self._answer()

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, text = self.server.stand_in.answer(self.path, body)
        self.send_response_only(status)
        date = format_datetime(datetime.now(UTC) + self.server.stand_in.ahead, usegmt=True)
        for name, value in {"Date": date, "Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def serving(stand_in):
    """Its url, for as long."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.stand_in = stand_in
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
