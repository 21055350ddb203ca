"""An HTTP proxy with scripted faults, in front of the sandbox or a real Odoo.

It knows the calls of all three protocols by their method (`create`, `search_read`, ..., `login`, `version`). A script
says which fault the next such call meets; calls without a script are relayed.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import urlsplit

NOT_RELAYED = {"host", "accept-encoding"}


@dataclass(frozen=True)
class Fault:
    """What happens to a call.

    Attributes:
        forwarded: whether the server hears of it.
        seconds: how long a delay or an outage lasts.
        status: the proxy's own answer.
        action: what the test does while the call is on its way.
    """

    kind: str
    forwarded: bool = True
    seconds: float = 0.0
    status: int = 0
    action: Callable[[], None] | None = None


DROP_BEFORE = Fault("drop", forwarded=False)
DROP_AFTER = Fault("drop")
TRUNCATED = Fault("truncated")
PAGE = Fault("page")
CLOSE_IDLE = Fault("close idle")


def slow(seconds: float) -> Fault:
    """The server does its work at once, and is heard of late."""
    return Fault("slow", seconds=seconds)


def late(seconds: float) -> Fault:
    """The server hears of the call when its client may have given up."""
    return Fault("late", seconds=seconds)


def status(code: int, *, forwarded: bool = False) -> Fault:
    """The proxy answers itself; 429 asks to wait a moment."""
    return Fault("status", forwarded=forwarded, status=code)


def turned_away_meanwhile(action: Callable[[], None]) -> Fault:
    """The test acts, then the proxy says that it takes no calls at the moment."""
    return Fault("status", forwarded=False, status=503, action=action)


def refuse(seconds: float) -> Fault:
    """The call is answered; then nobody is there for a while."""
    return Fault("refuse", seconds=seconds)


def meanwhile(action: Callable[[], None], *, forwarded: bool) -> Fault:
    """The test acts before the call is forwarded, or between the server's answer and the client."""
    return Fault("action", forwarded=forwarded, action=action)


@dataclass
class _Script:
    fault: Fault
    call: str
    skip: int
    times: int


@dataclass
class FaultProxy:
    """The proxy; use it as a context manager.

    Attributes:
        seen: each call in order, with the kind of fault it met or "".
    """

    upstream: str
    seen: list[tuple[str, str]] = field(default_factory=list)
    _scripts: list[_Script] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _clients: set[socket.socket] = field(default_factory=set)
    _port: int = 0

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(self, *_: object) -> None:
        self.calm()
        self._stop()

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"http://127.0.0.1:{self._port}"

    def script(self, fault: Fault, call: str, *, skip: int = 0, times: int = 1) -> None:
        """The next calls of that method meet the fault, after `skip` that do not."""
        with self._lock:
            self._scripts.append(_Script(fault, call, skip, times))

    def met(self) -> int:
        """How many calls met a fault."""
        return sum(bool(kind) for _, kind in self.seen)

    def is_scripted(self) -> bool:
        """Whether a call is yet to meet a fault."""
        with self._lock:
            return any(one.times for one in self._scripts)

    def calm(self) -> None:
        """Forget the scripts that are left."""
        with self._lock:
            self._scripts.clear()

    def refuse(self, seconds: float) -> None:
        """Be away for a while."""
        self._stop()
        threading.Timer(seconds, self._listen).start()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody is there meanwhile."""
        self._stop()
        try:
            yield
        finally:
            self._listen()

    def next_fault(self, call: str) -> Fault | None:
        """The fault that this call meets."""
        with self._lock:
            found = None
            for one in self._scripts:
                if one.call != call or found:
                    continue
                if one.skip:
                    one.skip -= 1
                elif one.times:
                    one.times -= 1
                    found = one.fault
            self.seen.append((call, found.kind if found else ""))
            return found

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(64)
        self._port, self._listener = listener.getsockname()[1], listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, address = listener.accept()
            except OSError:
                return
            self._clients.add(client)
            threading.Thread(target=self._serve, args=(client, address), daemon=True).start()

    def _serve(self, client: socket.socket, address: Any) -> None:
        try:
            _Handler(client, address, self)  # type: ignore[arg-type] # it only needs our attributes
        except OSError:
            pass  # the client went away, or the proxy did
        finally:
            self._clients.discard(client)
            client.close()

    def _stop(self) -> None:
        for one in (self._listener, *list(self._clients)):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._listener.close()


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: FaultProxy  # type: ignore[assignment]

    def do_GET(self) -> None:
        self._relay("GET")

    def do_POST(self) -> None:
        self._relay("POST")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Stay silent."""

    def _relay(self, verb: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.next_fault(call_of(self.path, body))
        if fault is None:
            self._answer(*self._forward(verb, body))
            return
        if fault.kind == "late":
            time.sleep(fault.seconds)
        answer = self._forward(verb, body) if fault.forwarded else None
        if fault.action:
            fault.action()
        self._meet(fault, answer)

    def _meet(self, fault: Fault, answer: tuple[int, str, bytes] | None) -> None:
        if fault.kind == "status":
            more = {"Retry-After": "0"} if fault.status == 429 else {}
            self._answer(fault.status, "text/html", b"<html>the proxy's own page</html>", more)
        elif fault.kind == "page":
            self._answer(200, "text/html", b"<html>please log in</html>")
        elif answer is None or fault.kind in {"drop", "late"}:
            self.close_connection = True
        elif fault.kind == "truncated":
            self._answer(*answer, cut=True)
            self.close_connection = True
        else:
            time.sleep(fault.seconds if fault.kind == "slow" else 0)
            self._answer(*answer)
            self.close_connection = fault.kind in {"close idle", "refuse"}
            if fault.kind == "refuse":
                self.server.refuse(fault.seconds)

    def _forward(self, verb: str, body: bytes) -> tuple[int, str, bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_RELAYED}
        with closing(http.client.HTTPConnection(urlsplit(self.server.upstream).netloc, timeout=60)) as upstream:
            upstream.request(verb, self.path, body, headers)
            with upstream.getresponse() as answer:
                return answer.status, answer.headers.get("Content-Type", ""), answer.read()

    def _answer(
        self, code: int, kind: str, content: bytes, more: dict[str, str] | None = None, *, cut: bool = False
    ) -> None:
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)


def call_of(path: str, body: bytes) -> str:
    """The method that a request calls; `login` and `version` for what comes before."""
    if path.startswith("/json/2/"):
        method = path.rpartition("/")[2]
        return "login" if method == "context_get" else method
    if path == "/jsonrpc":
        params = json.loads(body)["params"]
        return "login" if params["service"] == "common" else str(params["args"][4])
    if path.startswith("/xmlrpc/2/"):
        params, _ = xmlrpc.client.loads(body)
        return "login" if path.endswith("/common") else str(params[4])
    return "version"
