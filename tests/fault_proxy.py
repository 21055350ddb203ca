"""An HTTP proxy that loses the answers a test names: the server has done its work, and nobody hears of it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Loses = Callable[[str, bytes], bool]  # (path, body of the request): is its answer lost?


class _Handler(BaseHTTPRequestHandler):
    """Forwards a request and relays the answer, or closes the connection instead."""

    protocol_version = "HTTP/1.1"
    server: _Proxy

    def do_GET(self) -> None:
        self._forward("GET")

    def do_POST(self) -> None:
        self._forward("POST")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Stay silent."""

    def _forward(self, verb: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        upstream.request(verb, self.path, body, headers)
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        if self.server.loses(self.path, body):
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name in ("Content-Type", "Content-Encoding"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream: str, loses: Loses) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream, self.loses = upstream, loses


@contextmanager
def fault_proxy(url: str, loses: Loses) -> Iterator[str]:
    """Serve in front of `url`; yields the proxy's own URL."""
    proxy = _Proxy(urlsplit(url).netloc, loses)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}"
    finally:
        proxy.shutdown()
        proxy.server_close()
