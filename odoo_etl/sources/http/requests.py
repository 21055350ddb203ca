"""Requests for pages: what is asked, how it is shown, and whether two ask the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from odoo_etl.errors import SourceError

_SAFE = "$[],:@/"  # in names and values of parameters, where servers read them as they are


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request.

    Attributes:
        url: whole, with its parameters, without what proves who asks.
        body: what is sent as JSON; None for nothing.
    """

    method: str
    url: str
    body: Any = None

    @property
    def identity(self) -> bytes:
        """Equal for requests that ask the same."""
        said = json.dumps([self.method, self.url, self.body], sort_keys=True, default=str)
        return hashlib.blake2b(said.encode("utf-8", "backslashreplace"), digest_size=16).digest()

    @property
    def shown(self) -> str:
        """The address as errors name it."""
        return shown_url(self.url)

    def with_params(self, params: Mapping[str, Sequence[str]]) -> PageRequest:
        """The request with these parameters in place of those of the same names."""
        return replace(self, url=with_params(self.url, params)) if params else self

    def with_key(self, keys: Sequence[str], value: Any) -> PageRequest:
        """The request whose body has a value under these keys."""
        return replace(self, body=_with_key(self.body, keys, value))

    def at(self, link: str) -> PageRequest:
        """The same for the address that an answer names.

        Raises:
            SourceError: it is of another host, which is none of the job's.
        """
        try:
            found = urljoin(self.url, link.strip())
            parts, own = urlsplit(found), urlsplit(self.url)
            usable = parts.scheme in {"http", "https"} and parts.hostname is not None and parts.port != 0
        except ValueError:
            usable = False
        if not usable or not found.isprintable():
            raise SourceError(f"{self.shown}: what it names as its next page is no web address", _AT)
        if parts.hostname != own.hostname:
            raise SourceError(
                f"{self.shown}: its next page is on another host, {parts.hostname}, which is not asked: only that of"
                " url is",
                _AT,
            )
        if own.scheme == "https" and parts.scheme == "http":  # as servers behind a proxy write it
            parts = parts._replace(scheme="https", netloc=own.netloc)
        return replace(self, url=urlunsplit(parts._replace(fragment="")))


_AT = ("source", "pages")


def shown_url(url: str) -> str:
    """An address without what may be secret in it."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"


def with_params(url: str, params: Mapping[str, Sequence[str]]) -> str:
    """The address with these parameters in place of those of the same names."""
    parts = urlsplit(url)
    given = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in params]
    added = [(name, value) for name, values in params.items() for value in values]
    query = urlencode([*given, *added], safe=_SAFE, quote_via=quote, errors="surrogatepass")
    return urlunsplit(parts._replace(query=query, fragment=""))


def _with_key(body: Any, keys: Sequence[str], value: Any) -> Any:
    if not keys:
        return value
    key, *rest = keys
    known = body if isinstance(body, Mapping) else {}
    return {**known, key: _with_key(known.get(key), rest, value)}
