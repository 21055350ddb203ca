"""The one place that talks HTTP: it sends, and says whether the server can have carried the request out.

Not sent, or turned away by a proxy (`TransientError`), is told apart from sent with no whole answer (`UnknownOutcome`):
a `create` may be sent again after the first and never after the second.
"""

from __future__ import annotations

import http.client
import io
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.exceptions import SSLError as Urllib3SSLError

from odoo_etl.errors import CannotStart, OdooError, TransientError, UnknownOutcome
from odoo_etl.odoo.faults import NotOdoos
from odoo_etl.odoo.transports.answers import Answer, foreign, without_secrets
from odoo_etl.web import retry_after_s, tls_context

MAX_ANSWER_BYTES = 512 * 1024 * 1024
_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How to reach the server.

    Attributes:
        url: scheme, host, port and, behind some proxies, a path before Odoo's own.
        pool_size: connections kept open, one per worker thread; more threads wait for a free one.
        read_timeout_s: longest silence of the server; above Odoo's own limit of 120 s per request.
        ca_file: further certificate authorities (PEM), beside those of the system.
        max_answer_bytes: a longer answer, once decompressed, is not read to its end.
    """

    url: str
    pool_size: int = 4
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 130.0
    ca_file: Path | None = None
    max_answer_bytes: int = MAX_ANSWER_BYTES


class Traffic(threading.local):
    """Bytes of the thread's latest request and of its answer's decoded body, and the status (0 without an answer)."""

    sent = 0
    received = 0
    status = 0


class _Connection(HTTPConnection):
    """Tells a request that left whole from one that broke off: no server can carry out half a request."""

    _whole = False

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._whole = False
        try:
            super().request(*args, **kwargs)
        except TimeoutError as error:
            raise self._broke_off(error) from error
        self._whole = True

    def send(self, data: Any) -> None:
        """Send in pieces, each of which has the timeout: a slow line is no dead one."""
        if not isinstance(data, bytes):
            super().send(data)
            return
        for start in range(0, len(data), _PIECE_BYTES):
            super().send(data[start : start + _PIECE_BYTES])

    def getresponse(self) -> Any:
        """The answer; one may have come early, to half a request (413)."""
        try:
            return super().getresponse()
        except (OSError, http.client.HTTPException) as error:
            if self._whole:
                raise
            raise self._broke_off(error) from error

    def _broke_off(self, error: Exception) -> NewConnectionError:
        return NewConnectionError(self, f"the request broke off: {_reason(error)}")


class _TlsConnection(_Connection, HTTPSConnection):
    """Tells a failure of the TLS handshake (nothing was sent) from one after it, and from a lack of trust."""

    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, ssl.SSLCertVerificationError):
            raise
        except OSError as error:
            raise NewConnectionError(self, f"TLS handshake: {error}") from error


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class Http:
    """Persistent connections to one server; safe to use from several threads.

    Attributes:
        traffic: what the calling thread's latest request moved.
    """

    def __init__(self, settings: HttpSettings) -> None:
        """Prepare the pool; nothing is sent yet.

        Raises:
            CannotStart: the URL or the CA file cannot be used.
        """
        self.url = settings.url.rstrip("/")
        parts = _checked(self.url)
        self._prefix = parts.path.rstrip("/")
        self._pool = _pool(parts, settings)
        self._max_answer_bytes = settings.max_answer_bytes
        self.traffic = Traffic()

    def post(self, path: str, body: bytes, headers: Mapping[str, str], where: str) -> Answer:
        """POST `body` and return the whole answer (see `request`)."""
        return self.request("POST", path, body, headers, where)

    def request(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], where: str) -> Answer:
        """Send one request and return the whole answer, unless its status says that Odoo did not give it.

        Args:
            method: GET or POST.
            path: Odoo's path, from the slash on.
            body: what to send.
            headers: complete headers, prepared once by the transport.
            where: the call, for error texts.

        Raises:
            TransientError: not sent, or not whole (refused, unknown host, no TLS, reset), or turned away (429, 503).
            UnknownOutcome: sent, and no whole answer of Odoo came; `NotOdoos` for a redirect or an answer over the cap.
            TooLarge: the request is too large (413); a smaller one may pass.
            CannotStart: the server's certificate cannot be verified.
        """
        traffic = self.traffic
        traffic.sent, traffic.received, traffic.status = len(body or b""), 0, 0
        try:
            response = self._pool.urlopen(
                method,
                self._prefix + path,
                body=body,
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            traffic.status = response.status
            content = self._content(response)
        except HTTPError as error:
            raise self._no_answer(error, where) from None  # its text may hold what the server said
        if content is None and response.status == 200:
            raise NotOdoos(
                f"{where}: {self.url} answered more than {self._max_answer_bytes} bytes; ask for fewer records or "
                "fields (a smaller chunk_size)"
            )
        traffic.received = len(content or b"")
        answer = _answer(response, content or b"")
        if answer.is_from_the_way:
            raise foreign(answer, self.url, where, len(body or b""))
        return answer

    def _content(self, response: urllib3.BaseHTTPResponse) -> bytes | None:
        """The decoded body; None if it exceeds the cap. Leaves the connection usable, whatever happens."""
        content, whole = io.BytesIO(), False
        try:
            if (response.length_remaining or 0) > self._max_answer_bytes:
                return None
            while piece := response.read(_PIECE_BYTES):
                content.write(piece)
                if content.tell() > self._max_answer_bytes:
                    return None
            whole = True
        finally:
            if not whole:
                response.close()
            response.release_conn()
        return content.getvalue()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _no_answer(self, error: HTTPError, where: str) -> OdooError | CannotStart:
        """Turn an exception of urllib3 into the error that it means for the caller."""
        if isinstance(error, NameResolutionError):
            return TransientError(f"{where}: the host name in {self.url} is not known", delivered=False)
        if isinstance(error, LocationParseError):
            return CannotStart(f"{self.url}: the host name cannot be one; correct the url")
        if isinstance(error, ConnectTimeoutError | NewConnectionError):
            reason = _reason(error.__cause__) if error.__cause__ else "timed out"
            return TransientError(f"{where}: cannot connect to {self.url}: {reason}", delivered=False)
        if isinstance(error, Urllib3SSLError) and isinstance(error.args[0], ssl.SSLCertVerificationError):
            return CannotStart(
                f"{self.url}: no trusted TLS connection: {error}; "
                "name your own certificate authority with ca_file, or correct the url"
            )
        reason = (
            "the read timed out" if isinstance(error, ReadTimeoutError) else f"the connection broke: {_reason(error)}"
        )
        return UnknownOutcome(f"{where}: sent to {self.url}, but no whole answer came: {reason}")


def _reason(error: BaseException) -> str:
    """The words of the machine or the wire; of a senseless answer only the error's type: it may repeat the request."""
    inner = next((one for one in error.args if isinstance(one, BaseException)), None)
    if isinstance(error, OSError | IncompleteRead | http.client.IncompleteRead) and not isinstance(error, HTTPError):
        return str(error)
    return _reason(inner) if inner else type(error).__name__


def _checked(url: str) -> SplitResult:
    """The parts of a usable URL."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise CannotStart("the url is no web address; write https://odoo.example.com") from None
    if not usable:
        raise CannotStart(f"url {without_secrets(url)!r} is no web address; write https://odoo.example.com")
    if parts.username or parts.password:
        raise CannotStart("the url holds a user name or password; give user and api_key (or password) instead")
    return parts


def _pool(parts: SplitResult, settings: HttpSettings) -> urllib3.HTTPConnectionPool:
    """A pool with explicit timeouts in which threads wait for their connection instead of opening more."""
    timeout = urllib3.Timeout(connect=settings.connect_timeout_s, read=settings.read_timeout_s)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return _Pool(host, parts.port, timeout, settings.pool_size, block=True)
    context = tls_context(settings.ca_file)
    return _TlsPool(host, parts.port, timeout, settings.pool_size, block=True, ssl_context=context)


def _answer(response: urllib3.BaseHTTPResponse, body: bytes) -> Answer:
    headers = response.headers
    content_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Answer(response.status, content_type, body, headers.get("Location", ""), retry_after_s(headers))
