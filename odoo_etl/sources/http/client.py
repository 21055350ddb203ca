"""Sends requests for pages, and brings their answers: bounded in size and time, redirects followed with care."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Final, TypeVar, cast
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, SSLError

from odoo_etl.errors import CannotStart, SourceError
from odoo_etl.sources.http.credentials import Credentials, credentials
from odoo_etl.sources.http.failures import TryAgain, failure, words
from odoo_etl.sources.http.patience import Pace, Patience, Sleep
from odoo_etl.sources.http.requests import PageRequest, shown_url, with_params
from odoo_etl.spec import HttpSource
from odoo_etl.spec.sources import OAuth2Auth
from odoo_etl.web import PrivateAddress, ending, pools, shut, tls_context, what_failed

T = TypeVar("T")

MOST_PAGE_BYTES: Final = 32 * 1024 * 1024  # of an answer that is read as a whole
_IN_MEMORY_BYTES = 4 * 1024 * 1024
_PIECE_BYTES = 64 * 1024
_SAID_BYTES = 4096  # of an answer that is a failure
_TOKEN_BYTES = 1024 * 1024
_MOST_REDIRECTS = 5
_CONNECT_S = 10.0
_MOVED = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})
_AT_URL, _AT_BYTES = ("source", "url"), ("source", "max_bytes")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of success.

    Attributes:
        body: at its beginning; whoever takes it closes it.
        size: bytes of the body.
    """

    headers: Mapping[str, str]
    body: IO[bytes]
    size: int


@dataclass(frozen=True, slots=True)
class _Sent:
    """A request as it goes out, with what proves who asks."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


class Client:
    """Asks for the pages of one source.

    Args:
        sleep: waits so many seconds; may raise, which ends the waiting.
        clock: seconds, from any beginning on.

    Raises:
        SourceError: ca_file cannot be read.
    """

    def __init__(
        self, spec: HttpSource, sleep: Sleep = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._spec, self._clock = spec, clock
        self._pace = Pace(spec.rate, sleep, clock)
        self._patience = Patience(spec.retry, sleep)
        self._credentials: Credentials = credentials(spec.auth, self._token)
        named = [spec.url, *([spec.auth.oauth2.token_url] if isinstance(spec.auth, OAuth2Auth) else [])]
        hosts = [urlsplit(url.get_secret_value()).hostname or "" for url in named]
        try:
            self._pools = pools(hosts, 1, tls_context(spec.ca_file) if spec.ca_file else None)
        except CannotStart as error:
            raise SourceError(str(error), ("source", "ca_file")) from error

    def close(self) -> None:
        """Close all connections."""
        self._pools.clear()

    def answer(self, request: PageRequest, left_bytes: int, take: Callable[[Answer], T]) -> T:
        """The answer to a request, asked for again as the job says.

        Args:
            left_bytes: a longer answer is an error.
            take: makes something of it; may raise TryAgain.

        Raises:
            SourceError: there is no answer, or one that is no page.
        """
        most = min(left_bytes, MOST_PAGE_BYTES) if self._spec.format == "json" else left_bytes
        return self._patience.answer(lambda: take(self._once(request, most)))

    def said(self, body: bytes, content_type: str) -> str:
        """The first words of an answer, without what the source keeps secret."""
        secrets = {*self._spec.secrets, *self._credentials.secrets, *_values(self._spec)}
        return words(body[:_SAID_BYTES], content_type, secrets)

    def _once(self, request: PageRequest, most: int) -> Answer:
        self._pace.wait()
        try:
            return self._sent(self._outgoing(request), most)
        except _Unauthorized as refusal:
            if not self._credentials.renew():
                raise refusal.error from None
        try:
            return self._sent(self._outgoing(request), most)
        except _Unauthorized as refusal:
            raise refusal.error from None

    def _outgoing(self, request: PageRequest) -> _Sent:
        proof = self._credentials
        given = {name: value.get_secret_value() for name, value in self._spec.headers.items()}
        body = None if request.body is None else json.dumps(request.body, default=str).encode()
        own = {"User-Agent": "odoo-etl", "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
        own |= {} if body is None else {"Content-Type": "application/json"}
        headers = _merged(own, given, proof.headers())
        url = with_params(request.url, {name: (value,) for name, value in proof.params.items()})
        return _Sent(request.method, url if proof.params else request.url, headers, body)

    def _token(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The answer to a request for a token."""
        sent = _Sent("POST", url, _merged({"User-Agent": "odoo-etl"}, headers), body)
        try:
            with closing(self._sent(sent, _TOKEN_BYTES).body) as answer:
                return answer.read()
        except _Unauthorized as refusal:
            raise refusal.error from None

    def _sent(self, sent: _Sent, most: int) -> Answer:
        """Send, follow redirects, and read the answer to its end."""
        deadline = self._clock() + self._spec.timeout
        with self._told(sent.url):
            for _ in range(_MOST_REDIRECTS + 1):
                response = self._request(sent, deadline)
                with closing(response):
                    where = response.headers.get("Location", "")
                    if response.status not in _MOVED or not where:
                        return self._read(sent, response, deadline, most)
                sent = _redirected(sent, where, response.status)
        raise SourceError(f"{shown_url(sent.url)}: redirected more than {_MOST_REDIRECTS} times", _AT_URL)

    def _request(self, sent: _Sent, deadline: float) -> urllib3.BaseHTTPResponse:
        left = deadline - self._clock()
        if left <= 0:
            raise TryAgain(f"{shown_url(sent.url)}: no answer within {self._spec.timeout:g} s")
        return self._pools.request(
            sent.method,
            sent.url,
            body=sent.body,
            headers=dict(sent.headers),
            redirect=False,
            retries=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=min(_CONNECT_S, left), read=left),
        )

    def _read(self, sent: _Sent, response: urllib3.BaseHTTPResponse, deadline: float, most: int) -> Answer:
        left = max(0.001, deadline - self._clock())
        with ending(partial(shut, response), left):
            if not 200 <= response.status < 300:
                said = response.read(_SAID_BYTES, decode_content=True)
                text = self.said(said, response.headers.get("Content-Type", ""))
                error = failure(shown_url(sent.url), response.status, response.headers, text)
                raise _Unauthorized(error) if response.status == 401 else error
            body, size = self._stored(sent, response, most)
        if self._clock() >= deadline:  # an answer that does not say how long it is ends like this
            body.close()
            raise TryAgain(f"{shown_url(sent.url)}: not read to its end within {self._spec.timeout:g} s")
        return Answer(response.headers, body, size)

    def _stored(self, sent: _Sent, response: urllib3.BaseHTTPResponse, most: int) -> tuple[IO[bytes], int]:
        with ExitStack() as stack:
            body = stack.enter_context(_aside())
            for piece in self._pieces(sent, response, most):
                body.write(piece)
            size = body.tell()
            body.seek(0)
            stack.pop_all()
        return body, size

    def _pieces(self, sent: _Sent, response: urllib3.BaseHTTPResponse, most: int) -> Iterator[bytes]:
        size = 0
        for piece in response.stream(_PIECE_BYTES, decode_content=True):
            size += len(piece)
            if size > most:
                raise self._too_large(sent, most)
            yield piece

    def _too_large(self, sent: _Sent, most: int) -> SourceError:
        where = shown_url(sent.url)
        if most == MOST_PAGE_BYTES:
            hint = "ask for fewer records a page; one large document is read by type: json"
            return SourceError(f"{where}: the answer has more than {most:,} bytes ({hint})", _AT_URL)
        limit = self._spec.max_bytes
        return SourceError(f"{where}: the pages have more than max_bytes, {limit:,}; nothing was written", _AT_BYTES)

    @contextmanager
    def _told(self, url: str) -> Iterator[None]:
        """Say in our words what a connection fails of."""
        where = shown_url(url)
        try:
            yield
        except PrivateAddress as error:
            raise SourceError(f"{where}: a redirect is not followed: {error}", _AT_URL) from error
        except SSLError as error:
            hint = "name your own certificate authority in ca_file:"
            raise SourceError(f"{where}: no safe connection: {error} ({hint})", _AT_URL) from error
        except LocationParseError as error:
            raise SourceError(f"{where}: this is no web address", _AT_URL) from error
        except HTTPError as error:
            is_away = isinstance(error, urllib3.exceptions.NewConnectionError)
            raise TryAgain(f"{where}: {what_failed(error)}", delivered=not is_away) from error
        except OSError as error:
            message = f"{where}: the answer cannot be put aside: {error}; TMPDIR names another folder"
            raise SourceError(message, _AT_URL) from error


def _aside() -> IO[bytes]:
    """A file without a name."""
    return cast("IO[bytes]", tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, prefix="odoo-etl-"))


class _Unauthorized(Exception):
    """The server does not take what proves who asks."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def _redirected(sent: _Sent, where: str, status: int) -> _Sent:
    """The request for the address that an answer leads to; on another host, without what proves who asks."""
    shown = shown_url(sent.url)
    try:
        url = urljoin(sent.url, where)
        parts, own = urlsplit(url), urlsplit(sent.url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and url.isprintable()
    except ValueError:
        usable = False
    if not usable:
        raise SourceError(f"{shown}: the server redirects to what is no web address", _AT_URL)
    if own.scheme == "https" and parts.scheme == "http":
        raise SourceError(f"{shown}: a redirect from https to http is not followed, to {parts.hostname}", _AT_URL)
    if sent.method == "POST" and status not in _KEEP_METHOD:
        hint = f"the server redirects a POST request to {shown_url(url)}: write in url: where it belongs"
        raise SourceError(f"{shown}: {hint}", _AT_URL)
    is_own = (parts.hostname, parts.port) == (own.hostname, own.port)
    if not is_own and sent.body is not None:
        raise SourceError(f"{shown}: a redirect to another host, {parts.hostname}, does not get the body", _AT_URL)
    kept = sent.headers if is_own else {name: sent.headers[name] for name in sent.headers if name in _PLAIN}
    return replace(sent, url=url, headers=kept)


_PLAIN = frozenset({"User-Agent", "Accept", "Accept-Encoding"})


def _merged(*layers: Mapping[str, str]) -> dict[str, str]:
    """Headers, later ones in place of earlier ones of the same name, whatever its case."""
    found: dict[str, tuple[str, str]] = {}
    for layer in layers:
        found |= {name.lower(): (name, value) for name, value in layer.items()}
    return dict(found.values())


def _values(spec: HttpSource) -> set[str]:
    """The values of parameters, which an answer may repeat."""
    return {value for values in spec.params.values() for value in values}
