"""The one place that talks HTTP: it sends, and says whether the server can have carried the request out.

Not sent, or turned away by a proxy (`TransientError`), is told apart from sent with no whole answer (`UnknownOutcome`):
a `create` may be sent again after the first and never after the second.
"""

from __future__ import annotations

import email.utils
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.exceptions import SSLError as Urllib3SSLError

from odoo_etl.errors import (
    AccessRefused,
    CannotStart,
    OdooError,
    ProtocolError,
    Refused,
    TransientError,
    UnknownOutcome,
)


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How to reach the server.

    Attributes:
        url: scheme, host, port and, behind some proxies, a path before Odoo's own.
        pool_size: connections kept open, one per worker thread; more threads wait for a free one.
        read_timeout_s: longest silence of the server; above Odoo's own limit of 120 s per request.
        ca_file: further certificate authorities (PEM), beside those of the system.
    """

    url: str
    pool_size: int = 4
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 130.0
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: status, the type of its content without parameters, the decoded body."""

    status: int
    content_type: str
    body: bytes


class _TlsConnection(HTTPSConnection):
    """Tells a reset during the TLS handshake (nothing was sent) from one after it."""

    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, ssl.SSLError):
            raise
        except OSError as error:
            raise NewConnectionError(self, f"TLS handshake: {error}") from error


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class Http:
    """Persistent connections to one server; safe to use from several threads."""

    def __init__(self, settings: HttpSettings) -> None:
        """Prepare the pool; nothing is sent yet.

        Raises:
            CannotStart: the URL or the CA file cannot be used.
        """
        self.url = settings.url.rstrip("/")
        parts = _checked(self.url)
        self._prefix = parts.path.rstrip("/")
        self._pool = _pool(parts, settings)

    def post(self, path: str, body: bytes, headers: Mapping[str, str], where: str) -> Answer:
        """POST `body` and return the whole answer, whatever its status, unless a proxy gave it (see `request`)."""
        return self.request("POST", path, body, headers, where)

    def request(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], where: str) -> Answer:
        """Send one request and return the whole answer.

        Args:
            method: GET or POST.
            path: Odoo's path, from the slash on.
            body: what to send.
            headers: complete headers, prepared once by the transport.
            where: the call, for error texts.

        Raises:
            TransientError: not sent (refused, unknown host, connect timeout), or turned away (429, 503).
            UnknownOutcome: sent, and no whole answer of Odoo came.
            ProtocolError: a redirect, or a page where Odoo's answer should be.
            Refused: the request is too large (413); a smaller one may pass.
            CannotStart: the server's certificate cannot be verified.
        """
        try:
            response = self._pool.urlopen(
                method, self._prefix + path, body=body, headers=headers, retries=False, redirect=False
            )
        except HTTPError as error:
            raise self._no_answer(error, where) from error
        content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        answer = Answer(response.status, content_type, response.data)
        if answer.status != 200:
            self._check_status(answer, response.headers, where)
        return answer

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _no_answer(self, error: HTTPError, where: str) -> OdooError | CannotStart:
        """What an exception of urllib3 means for the caller."""
        if isinstance(error, NameResolutionError):
            return TransientError(f"{where}: the host name in {self.url} is not known")
        if isinstance(error, LocationParseError):
            return CannotStart(f"{self.url}: the host name cannot be one: {error}; correct the url")
        if isinstance(error, ConnectTimeoutError | NewConnectionError):
            reason = error.__cause__ or "timed out"
            return TransientError(f"{where}: cannot connect to {self.url}: {reason}")
        if isinstance(error, Urllib3SSLError):
            return CannotStart(
                f"{self.url}: no trusted TLS connection: {error}; "
                "name your own certificate authority with ca_file, or correct the url"
            )
        reason = "the read timed out" if isinstance(error, ReadTimeoutError) else f"the connection broke: {error}"
        return UnknownOutcome(f"{where}: sent to {self.url}, but no whole answer came: {reason}")

    def _check_status(self, answer: Answer, headers: Mapping[str, str], where: str) -> None:
        """Raise for the statuses and pages that a proxy gives; Odoo's own errors pass."""
        status, text = answer.status, f"{where}: {self.url} answered HTTP {answer.status}"
        if status in (429, 503):
            raise TransientError(f"{text}: busy or down for the moment", retry_after_s=_retry_after_s(headers))
        if 300 <= status < 400:
            target = _without_secrets(headers.get("Location", ""))
            raise ProtocolError(f"{text}, a redirect to {target or 'nowhere'}; give the final address as url")
        if status == 413:
            raise Refused(f"{text}: the request is too large for the server or its proxy; use a smaller chunk_size")
        if status in (502, 504) or (status >= 500 and _is_page(answer)):
            raise UnknownOutcome(f"{text}: the request may have been carried out")
        if status in (401, 403, 407) and _is_page(answer):
            raise AccessRefused(f"{text}, and not by Odoo: a proxy or firewall before it wants a login")


def _checked(url: str) -> SplitResult:
    """The parts of a usable URL."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise CannotStart("the url is no web address; write https://odoo.example.com") from None
    if not usable:
        raise CannotStart(f"url {_without_secrets(url)!r} is no web address; write https://odoo.example.com")
    if parts.username or parts.password:
        raise CannotStart("the url holds a user name or password; give user and api_key (or password) instead")
    return parts


def _pool(parts: SplitResult, settings: HttpSettings) -> urllib3.HTTPConnectionPool:
    """A pool with explicit timeouts in which threads wait for their connection instead of opening more."""
    timeout = urllib3.Timeout(connect=settings.connect_timeout_s, read=settings.read_timeout_s)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(host, parts.port, timeout, settings.pool_size, block=True)
    context = tls_context(settings.ca_file)
    return _TlsPool(host, parts.port, timeout, settings.pool_size, block=True, ssl_context=context)


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Verifies certificates by the system's authorities, and by those in `ca_file`.

    Raises:
        CannotStart: the file is missing or holds no certificate.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise CannotStart(f"ca_file {ca_file}: no certificates to be read: {error.strerror or error}") from error
    return context


def _is_page(answer: Answer) -> bool:
    """True for what browsers show: not an answer of Odoo's external API."""
    return answer.content_type not in ("application/json", "text/xml", "application/xml")


def _without_secrets(url: str) -> str:
    """A URL cut to scheme, host and path, for error texts."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else parts.path


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date; None if there is none to be read."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        when = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
