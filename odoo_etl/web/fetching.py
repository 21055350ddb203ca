"""Contents of addresses, fetched into files: only where it has changed, bounded in size and in time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, NamedTuple, cast
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, SSLError

from odoo_etl.web.addresses import PrivateAddress, ending
from odoo_etl.web.answers import shut, what_failed
from odoo_etl.web.kept import Kept, KeptDownloads, private

MOST_REDIRECTS = 5
CONNECT_S = 10.0
PIECE_BYTES = 64 * 1024

_OK, _UNCHANGED = 200, 304
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})

Why = Literal["bad_url", "download_failed", "file_too_large", "private_address", "too_many_redirects"]


class NotAvailable(Exception):
    """A server did not answer, or not now."""


class Gone(Exception):
    """The server has nothing there."""


class NoPageWanted(Exception):
    """A page comes in place of a file, such as one to log in on."""


class NotToBeHad(Exception):
    """There is no content to be had, now or later.

    Attributes:
        why: the kind of reason.
        status: of the answer, where that is the reason; else 0.
    """

    def __init__(self, why: Why, told: str, status: int = 0) -> None:
        super().__init__(told)
        self.why, self.status, self._told = why, status, told

    def of(self, name: str) -> str:
        """The reason as a sentence about what is called so."""
        return self._told.format(name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A content to be fetched.

    Attributes:
        key: what it is kept under.
        headers: sent to the origin of the address alone, not to where it redirects elsewhere.
        encodings: of contents on the wire, which are undone.
        no_page: an HTML page is not what is wanted.
    """

    url: str
    key: str
    max_bytes: int
    timeout_s: float
    headers: Mapping[str, str] = field(default_factory=dict)
    encodings: str = "identity"
    no_page: bool = False


class _Answer(NamedTuple):
    """The answer that came in the end, after redirects."""

    response: urllib3.BaseHTTPResponse
    deadline: float


class Fetching:
    """Asks servers once; may be used from several threads.

    Args:
        kept: earlier downloads.
        clock: seconds, from any beginning on.
    """

    def __init__(
        self, kept: KeptDownloads, pool: urllib3.PoolManager, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._kept, self._pool, self._clock = kept, pool, clock

    def fetched(self, wanted: Wanted) -> Kept:
        """The content as it is now.

        Raises:
            NotAvailable: there may be an answer later.
            Gone: the server has nothing there.
            NoPageWanted: there is a page in its place.
            NotToBeHad: the address is none that may be asked, or there is no content to be had.
            OSError: it cannot be kept.
        """
        check_address(wanted.url)
        kept, deadline = self._kept.of(wanted.key), self._clock() + wanted.timeout_s
        try:
            answer = self._asked(wanted, kept)
            with closing(answer.response) as response:
                if kept is not None and response.status == _UNCHANGED:
                    response.drain_conn()
                    check_size(kept.size, wanted.max_bytes)
                    return kept
                check_status(response)
                if wanted.no_page and response.headers.get("Content-Type", "").lower().startswith("text/html"):
                    raise NoPageWanted
                return self._stored(wanted, answer)
        except PrivateAddress as error:
            told = f"{{}} is refused: {error}; name the host in `hosts`, if it is to be asked"
            raise NotToBeHad("private_address", told) from error
        except SSLError as error:
            raise NotToBeHad("download_failed", f"{{}}: no safe connection: {_plain(error)}") from error
        except LocationParseError as error:
            raise NotToBeHad("bad_url", f"{{}} is no web address: {_plain(error)}") from error
        except HTTPError as error:
            is_late = self._clock() >= deadline  # a connection is shut then, which looks like one that broke off
            raise NotAvailable(_late(wanted) if is_late else what_failed(error)) from error

    def _asked(self, wanted: Wanted, kept: Kept | None) -> _Answer:
        url, deadline = wanted.url, self._clock() + wanted.timeout_s
        common = {"Accept-Encoding": wanted.encodings, "User-Agent": "odoo-etl", **_conditions(kept)}
        for _ in range(MOST_REDIRECTS + 1):
            left = deadline - self._clock()
            if left <= 0:
                raise NotAvailable(_late(wanted))
            timeout = urllib3.Timeout(connect=min(CONNECT_S, left), read=left)
            headers = {**common, **wanted.headers} if _origin(url) == _origin(wanted.url) else common
            response = self._pool.request(
                "GET", url, headers=headers, redirect=False, retries=False, preload_content=False, timeout=timeout
            )
            where = response.headers.get("Location", "")
            if response.status not in _MOVED or not where:
                return _Answer(response, deadline)
            response.close()
            url = _next(url, where)
        raise NotToBeHad("too_many_redirects", f"{{}} is redirected more than {MOST_REDIRECTS} times")

    def _stored(self, wanted: Wanted, answer: _Answer) -> Kept:
        part, digest, size = self._kept.new_file(), hashlib.sha1(usedforsecurity=False), 0
        response, left = answer.response, max(0.001, answer.deadline - self._clock())
        length = response.headers.get("Content-Length", "")
        if length.isdecimal():
            check_size(int(length), wanted.max_bytes)
        try:
            with private(part) as file, ending(partial(shut, response), left):
                for piece in response.stream(PIECE_BYTES, decode_content=True):
                    size += len(piece)
                    if size > wanted.max_bytes:
                        raise NotToBeHad("file_too_large", f"{{}} has more than {wanted.max_bytes:,} bytes")
                    digest.update(piece)
                    file.write(piece)
            if self._clock() >= answer.deadline:  # an answer that does not say how long it is ends like this
                raise NotAvailable(_late(wanted))
            etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
            return self._kept.keep(wanted.key, part, Kept("", size, digest.hexdigest(), etag, modified))
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _late(wanted: Wanted) -> str:
    return f"no whole answer within the {wanted.timeout_s:g} s of timeout"


def check_size(size: int, most: int) -> None:
    """Refuse a content of which it is known beforehand that it is too large. Raises NotToBeHad."""
    if size > most:
        raise NotToBeHad("file_too_large", f"{{}} has {size:,} bytes, more than the {most:,} of max_size")


def check_address(url: str) -> str:
    """The host of a usable address.

    Raises:
        NotToBeHad: it is none of the web, or holds a login.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable():
        raise NotToBeHad("bad_url", "{} is no address like https://images.example.com/1.png")
    if parts.username is not None or parts.password is not None:
        told = f"an address of {_plain(parts.hostname)} holds a user name or password, which is not sent"
        raise NotToBeHad("bad_url", told)
    return cast("str", parts.hostname)


def check_status(response: urllib3.BaseHTTPResponse) -> None:
    """Refuse an answer that is no content.

    Raises:
        Gone: the server has none.
        NotAvailable: it may have one later.
        NotToBeHad: it gives none.
    """
    status = response.status
    if status in _GONE:
        raise Gone
    if status in _BUSY:
        raise NotAvailable(f"the server answers {status}")
    if status != _OK:
        raise NotToBeHad("download_failed", f"{{}}: the server answers {status}", status)


def _conditions(kept: Kept | None) -> dict[str, str]:
    """The headers that ask for an answer only where it is another one."""
    if kept is not None and kept.etag:
        return {"If-None-Match": kept.etag}
    return {"If-Modified-Since": kept.modified} if kept is not None and kept.modified else {}


def _next(url: str, where: str) -> str:
    """The address that one is redirected to."""
    try:
        found = urljoin(url, where)
    except ValueError:
        found = where
    check_address(found)
    return found


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _plain(text: object) -> str:
    """A text that stands in a template."""
    return str(text).replace("{", "{{").replace("}", "}}")
