"""Finds out what stands at an address where no Odoo answers, and which databases one has, when a check has failed."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

import orjson
import urllib3

from odoo_etl.errors import OdooEtlError
from odoo_etl.odoo.transports import Login
from odoo_etl.odoo.transports.answers import without_secrets
from odoo_etl.odoo.transports.http import Http, HttpSettings
from odoo_etl.odoo.version import ServerVersion, ask_version
from odoo_etl.web import tls_context

# Where a path of a browser, or of a protocol, begins: what stands before it is the server's own.
_PAGES: Final = re.compile(r"/(odoo|web|xmlrpc|jsonrpc|json|my|shop)(/.*)?$")
_TITLE: Final = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_MOST_BYTES: Final = 200_000
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Found:
    """The finding at an address, and what to do about it."""

    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Prober:
    """Asks an address what it is, without logging in.

    Attributes:
        url: of the connection.
    """

    url: str
    ca_file: Path | None = None
    timeout_s: float = 10.0

    def why_no_odoo(self) -> Found | None:
        """Say what stands at the url in place of an Odoo, or where that is; None where nobody can say."""
        if (root := root_of(self.url)) != self.url and (version := self.version_at(root)):
            return Found(f"Odoo {version.text} answers at {root}, not at {self.url}", f"write url: {root}")
        try:
            answer = self._get(f"{self.url}/web/version")
        except urllib3.exceptions.HTTPError as error:
            return self.why_no_connection(error)
        return self._redirected(answer) or _page(answer) or None

    def version_at(self, url: str) -> ServerVersion | None:
        """The version of the Odoo at a url; None where there is none."""
        http = Http(HttpSettings(url, 1, self.timeout_s, self.timeout_s, self.ca_file))
        try:
            return ask_version(http, Login("", "", "", ""))
        except OdooEtlError:
            return None
        finally:
            http.close()

    def databases(self) -> list[str] | None:
        """The databases that the server tells of; None where it does not."""
        body = orjson.dumps({"jsonrpc": "2.0", "method": "call", "params": {}})
        try:
            answer = self._send("POST", f"{self.url}/web/database/list", body)
            found = orjson.loads(answer.data).get("result")
        except (urllib3.exceptions.HTTPError, ValueError, AttributeError):
            return None
        return [str(one) for one in found] if isinstance(found, list) else None

    def clock_ahead_s(self) -> float | None:
        """By how many seconds the clock of the server is ahead of ours; None where it does not say."""
        try:
            answer = self._get(f"{self.url}/web/version")
            said = parsedate_to_datetime(answer.headers["Date"])
        except (urllib3.exceptions.HTTPError, KeyError, ValueError, TypeError):
            return None
        return (said - datetime.now(UTC)).total_seconds()

    def _redirected(self, answer: Any) -> Found | None:
        if not 300 <= answer.status < 400:
            return None
        target = urlsplit(urljoin(self.url, answer.headers.get("Location", "")))
        address = _origin(target)
        if address == _origin(urlsplit(self.url)) and "/web/database/" in target.path:
            detail = "the server leads to the page where one of its databases is chosen"
            return Found(detail, "name the database with db:; `dbfilter` of Odoo may choose it by the host name")
        detail = f"{self.url} leads to {without_secrets(target.geturl())}"
        own = urlsplit(self.url)
        if (own.scheme, target.scheme, target.hostname) == ("http", "https", own.hostname):
            return Found(f"{detail}: the server wants https", f"write url: {address}")
        return Found(detail, f"write url: {root_of(address)}, if Odoo is there; a login page of a proxy is no Odoo")

    def why_no_connection(self, error: Exception) -> Found | None:
        """Whether the port speaks plain http where https was tried, or the other way round."""
        parts = urlsplit(self.url)
        other = {"https": "http", "http": "https"}[parts.scheme]
        address = f"{other}://{parts.netloc}"
        if self.version_at(address) is None:
            return None
        detail = f"{without_secrets(self.url)}: {type(error).__name__}; Odoo answers to {other}"
        return Found(detail, f"write url: {address}")

    def _get(self, url: str) -> Any:
        return self._send("GET", url, None)

    def _send(self, method: str, url: str, body: bytes | None) -> Any:
        with urllib3.PoolManager(ssl_context=tls_context(self.ca_file)) as pool:
            return pool.request(
                method,
                url,
                body=body,
                headers={"Content-Type": "application/json"},
                redirect=False,
                retries=False,
                timeout=self.timeout_s,
            )


def root_of(url: str) -> str:
    """The url without the path of a page, or of a protocol: `https://host/web/login` is `https://host`."""
    parts = urlsplit(url)
    return f"{_origin(parts)}{_PAGES.sub('', parts.path).rstrip('/')}"


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _page(answer: Any) -> Found | None:
    """A page for people in place of an answer for programs."""
    body = answer.data[:_MOST_BYTES]
    match = _TITLE.search(body)
    if answer.status in {502, 503, 504}:
        detail = f"a proxy is there, and answers HTTP {answer.status}: it does not reach the Odoo behind it"
        return Found(detail, "is Odoo running, and does the proxy lead to its port?")
    if match is None:
        return None
    title = " ".join(html.unescape(match.group(1).decode("utf-8", "replace")).split())
    if answer.status == 400 and "plain http" in title.lower():
        return Found(f"the port wants https ({title})", "write https:// in the url")
    short = title if len(title) <= _SHOWN else f"{title[:_SHOWN]}..."
    detail = f"a page answers (HTTP {answer.status}, titled {short!r}), and no Odoo"
    return Found(detail, "another host, port or path? where a proxy wants a login first, let it pass these paths")


def lacking(database: str, known: Sequence[str]) -> str:
    """The sentence for a database that the server does not have; "" where it has it."""
    if database in known:
        return ""
    some = ", ".join(known) or "none"
    if not database:
        return f"the server has several databases, and the connection names none: {some}" if len(known) > 1 else ""
    return f"there is no database {database!r}; the server has {some}"
