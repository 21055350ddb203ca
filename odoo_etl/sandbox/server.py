"""The HTTP server round the sandbox: threads of this process, keep-alive connections, no Nagle delay."""

from __future__ import annotations

import gzip
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from odoo_etl.sandbox import keys
from odoo_etl.sandbox.database import Database
from odoo_etl.sandbox.env import NEWEST
from odoo_etl.sandbox.protocols import Answer, route
from odoo_etl.sandbox.service import Service
from odoo_etl.sandbox.tables import World

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_etl.sandbox.pulled import Pulled

GZIP_FROM_BYTES = 1400


class _Handler(BaseHTTPRequestHandler):
    """Reads one request, lets `route` answer it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    service: ClassVar[Service]

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer("POST")

    def _answer(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        path = self.path.partition("?")[0]
        self._send(route(self.service, method, path, self.headers, body))

    def _send(self, answer: Answer) -> None:
        body = answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if len(body) > GZIP_FROM_BYTES and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
        """Keep quiet: the caller's own log tells what it asked."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away: it was killed, or gave up; anything else is ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Sandbox:
    """An Odoo-compatible server with its own records, for demos and tests.

    Args:
        db: the SQLite file that keeps the records, made when it is missing; None keeps them in memory.
        host: the address to listen on.
        port: the port, 0 for any free one.
        major: the version of Odoo that it says it is, 14 to 19: an older one lacks what came later.
        world: models, records and protocols that are not those of every sandbox.

    Attributes:
        db: the database's name on the wire; `user`, `password` and `api_key` log in to it.

    Use it as a context manager, or call `start` and `stop`. It serves from daemon threads of this process.
    """

    user = keys.USER
    password = keys.PASSWORD
    api_key = keys.API_KEY

    def __init__(
        self,
        db: Path | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        major: int = NEWEST,
        world: World | None = None,
    ) -> None:
        self._path, self._address, self._major, self._world = db, (host, port), major, world or World()
        self.db = self._world.name
        self._running: tuple[_Server, Thread, Database] | None = None

    @property
    def url(self) -> str:
        """`http://host:port` of the running server.

        Raises:
            RuntimeError: it does not run.
        """
        if self._running is None:
            raise RuntimeError("the sandbox is not started")
        return f"http://{self._address[0]}:{self._running[0].server_address[1]}"

    @property
    def pulled(self) -> Pulled:
        """The models of its schema, as the running server has them.

        Raises:
            RuntimeError: it does not run.
        """
        if self._running is None:
            raise RuntimeError("the sandbox is not started")
        return self._running[2].pulled

    def start(self) -> Self:
        """Open the records and serve.

        Raises:
            OSError: the port is taken, the file is no database of a sandbox, or one of its schema describes no model.
            ValueError: a record of its tables cannot be one.
        """
        database = Database(self._path, self._world)
        handler = type(
            "Handler", (_Handler,), {"service": Service(database, self._major, self._world.protocols, self.db)}
        )
        try:
            server = _Server(self._address, handler)
        except OSError:
            database.close()
            raise
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self._running = (server, thread, database)
        return self

    def stop(self) -> None:
        """Stop serving; what a call has written stays in the file."""
        if self._running is not None:
            server, thread, database = self._running
            self._running = None
            server.shutdown()
            server.server_close()
            thread.join()
            database.close()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()
