"""Contents by their web addresses: asked for again only where they may have changed, bounded in size and in time."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, cast
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, SSLError

from odoo_etl.fieldtypes import BadValue, Content, ContentRef, ContentRules, shown
from odoo_etl.sync.contents.files import NoSuchFile, check_size
from odoo_etl.sync.contents.kept_downloads import Kept, KeptDownloads, private
from odoo_etl.web import PrivateAddress, ending, pools, shut, what_failed

PER_HOST = 8  # connections that are kept open
ATTEMPTS = 3
PAUSE_S = 1.0  # before the second attempt; the third waits longer
MOST_REDIRECTS = 5
CONNECT_S = 10.0
PIECE_BYTES = 64 * 1024
IN_A_ROW = 5  # addresses of one host that were not answered: it is not asked any more in this run

_OK, _UNCHANGED = 200, 304
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class NotAvailable(Exception):
    """A server did not answer, or not now."""


class _Answer(NamedTuple):
    """The answer that came in the end, after redirects."""

    response: urllib3.BaseHTTPResponse
    deadline: float


class Downloads:
    """Downloads what addresses stand for; may be used from several lanes.

    Args:
        kept: earlier downloads.
        sleep: waits so many seconds.
        clock: seconds, from any beginning on.
    """

    def __init__(
        self,
        kept: KeptDownloads,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept, self._sleep, self._clock = kept, sleep, clock
        self._pools: dict[tuple[str, ...], urllib3.PoolManager] = {}
        self._silent: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._begun = False

    def content(self, ref: ContentRef) -> Content:
        """The content that an address stands for.

        Raises:
            NoSuchFile: the server has none.
            BadValue: the address is none that may be asked, or there is no content to be had.
        """
        host = check_address(ref.name)
        self._check_silence(host, ref)
        try:
            self._begin()
            for attempt in range(ATTEMPTS):
                try:
                    kept = self._fetched(ref)
                except NotAvailable as error:
                    self._not_available(host, ref, error, last=attempt == ATTEMPTS - 1)
                    self._sleep(PAUSE_S * 3**attempt)
                except (NoSuchFile, BadValue):
                    self._answered(host)
                    raise
                else:
                    self._answered(host)
                    return Content(ref.name, kept.path, kept.size, kept.sha1)
        except OSError as error:
            raise BadValue("download_failed", f"{shown(ref.name)} cannot be kept: {error}") from error
        raise AssertionError  # the last attempt has raised

    def _begin(self) -> None:
        with self._lock:
            if not self._begun:
                self._kept.begin()
                self._begun = True

    def _answered(self, host: str) -> None:
        """Begin to count anew: the host has answered, be it with a refusal."""
        with self._lock:
            self._silent[host] = 0

    def _check_silence(self, host: str, ref: ContentRef) -> None:
        if self._silent[host] >= IN_A_ROW:
            why = f"{host} did not answer {IN_A_ROW} times in a row, and is not asked any more in this run"
            raise BadValue("not_available", f"{shown(ref.name)}: {why}; `odoo-etl retry` tries it again")

    def _not_available(self, host: str, ref: ContentRef, error: NotAvailable, *, last: bool) -> None:
        if last:
            with self._lock:
                self._silent[host] += 1
            raise BadValue("not_available", f"{shown(ref.name)}: {error}; `odoo-etl retry` tries it again") from error
        self._check_silence(host, ref)

    def _fetched(self, ref: ContentRef) -> Kept:
        kept = self._kept.of(ref.name)
        headers = {"Accept-Encoding": "identity", "User-Agent": "odoo-etl"}
        if kept is not None and kept.etag:
            headers["If-None-Match"] = kept.etag
        elif kept is not None and kept.modified:
            headers["If-Modified-Since"] = kept.modified
        try:
            answer = self._asked(ref, headers)
            with closing(answer.response) as response:
                if kept is not None and response.status == _UNCHANGED:
                    check_size(ref, kept.size)
                    response.drain_conn()
                    return kept
                check_status(ref, response)
                return self._stored(ref, answer)
        except PrivateAddress as error:
            reason = f"{shown(ref.name)} is refused: {error}; name the host in `hosts`, if it is to be asked"
            raise BadValue("private_address", reason) from error
        except SSLError as error:
            raise BadValue("download_failed", f"{shown(ref.name)}: no safe connection: {error}") from error
        except LocationParseError as error:
            raise BadValue("bad_url", f"{shown(ref.name)} is no web address: {error}") from error
        except HTTPError as error:
            raise NotAvailable(what_failed(error)) from error

    def _asked(self, ref: ContentRef, headers: dict[str, str]) -> _Answer:
        url, deadline = ref.name, self._clock() + ref.rules.timeout_s
        for _ in range(MOST_REDIRECTS + 1):
            left = deadline - self._clock()
            if left <= 0:
                raise NotAvailable(f"no answer within {ref.rules.timeout_s:g} s")
            timeout = urllib3.Timeout(connect=min(CONNECT_S, left), read=left)
            pool = self._pool(ref.rules)
            response = pool.request(
                "GET", url, headers=headers, redirect=False, retries=False, preload_content=False, timeout=timeout
            )
            where = response.headers.get("Location", "")
            if response.status not in _MOVED or not where:
                return _Answer(response, deadline)
            response.close()
            url = self._next(url, where)
        raise BadValue("too_many_redirects", f"{shown(ref.name)} is redirected more than {MOST_REDIRECTS} times")

    def _next(self, url: str, where: str) -> str:
        """The address that one is redirected to."""
        try:
            found = urljoin(url, where)
        except ValueError:
            found = where  # which is told
        check_address(found)
        return found

    def _stored(self, ref: ContentRef, answer: _Answer) -> Kept:
        part, digest, size = self._kept.new_file(), hashlib.sha1(usedforsecurity=False), 0
        response, left = answer.response, max(0.001, answer.deadline - self._clock())
        check_length(ref, response)
        try:
            with private(part) as file, ending(partial(shut, response), left):
                for piece in response.stream(PIECE_BYTES, decode_content=True):
                    size += len(piece)
                    if size > ref.rules.max_bytes:
                        raise BadValue(
                            "file_too_large", f"{shown(ref.name)} has more than {ref.rules.max_bytes:,} bytes"
                        )
                    digest.update(piece)
                    file.write(piece)
            if self._clock() >= answer.deadline:  # an answer that does not say how long it is ends like this
                raise NotAvailable(f"not read to its end within {ref.rules.timeout_s:g} s")
            check_size(ref, size)
            etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
            return self._kept.keep(ref.name, part, Kept("", size, digest.hexdigest(), etag, modified))
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _pool(self, rules: ContentRules) -> urllib3.PoolManager:
        with self._lock:
            if rules.hosts not in self._pools:
                self._pools[rules.hosts] = pools(rules.hosts, PER_HOST)
            return self._pools[rules.hosts]


def downloads_of(folder: Path) -> Downloads:
    """Build the `Downloads` that keeps what it downloads in a folder."""
    return Downloads(KeptDownloads(folder))


def check_address(url: str) -> str:
    """The host of a usable address.

    Raises:
        BadValue: it is none of the web, or holds a login.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable():
        raise BadValue("bad_url", f"{shown(url)} is no address like https://images.example.com/1.png")
    if parts.username is not None or parts.password is not None:
        raise BadValue("bad_url", f"an address of {parts.hostname} holds a user name or password, which is not sent")
    return cast("str", parts.hostname)


def check_status(ref: ContentRef, response: urllib3.BaseHTTPResponse) -> None:
    """Refuse an answer that is no content.

    Raises:
        NoSuchFile: the server has none.
        NotAvailable: it may have one later.
        BadValue: it gives none.
    """
    status = response.status
    if status in _GONE:
        raise NoSuchFile
    if status in _BUSY:
        raise NotAvailable(f"the server answers {status}")
    if status != _OK:
        raise BadValue("download_failed", f"{shown(ref.name)}: the server answers {status}")


def check_length(ref: ContentRef, response: urllib3.BaseHTTPResponse) -> None:
    """Refuse what says beforehand that it is too large. Raises BadValue."""
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > ref.rules.max_bytes:
        check_size(ref, int(length))
