"""Where a file of a source lies, as it is written in a job, and what of it is secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit
from urllib.request import url2pathname

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from odoo_etl.spec.base import Issue
from odoo_etl.spec.value_kinds import invalid, passwords_in

STDIN: Final = "-"
TIMEOUT_S: Final = 600.0
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_WEB = frozenset({"http", "https"})
_NO_HOST = frozenset({"memory"})
_BEFORE_AT = frozenset({"abfs", "abfss"})  # the container, where others have a login
_QUOTED = frozenset({"sftp", "ssh"})
_SECRET_NAME = re.compile(r"key|token|sig|secret|pass|pwd|auth|cred|code", re.IGNORECASE)
_LONG = 24  # a value of an address that is as long as a signature
# Options that no one minds to see, and that stand in other texts as well; all others are secret.
_OPEN = frozenset(
    {
        *("username", "user", "host", "port", "endpoint_url", "region_name", "region", "project", "account_name"),
        *("protocol", "key_filename", "known_hosts", "encoding", "requester_pays"),
    }
)


def _options(value: Any) -> Any:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) and name for name in value):
        raise invalid("must be a mapping of options")
    return dict(value)


StorageOptions = Annotated[
    dict[str, Any],
    BeforeValidator(_options),
    PlainSerializer(lambda options: dict.fromkeys(options, "***")),
    WithJsonSchema({"type": "object", "writeOnly": True}),
]


def protocol_of(path: str) -> str:
    """The protocol of a URL, in small letters; "" for a path of this machine, and for the standard input."""
    match = _URL.match(path)
    protocol = match[1].lower() if match else ""
    return "" if protocol == "file" else protocol


def is_on_the_web(path: str) -> bool:
    """Whether a path is asked for over HTTP."""
    return protocol_of(path) in _WEB


def store_and_path(url: str) -> tuple[str, str]:
    """The store that a URL means (server, bucket or container) without a login, and the path there."""
    protocol, _, rest = url.partition("://")
    protocol = protocol.lower()
    if protocol in _NO_HOST:
        return f"{protocol}://", rest
    host, slash, path = rest.partition("/")
    host = host.partition("@")[0] if protocol in _BEFORE_AT else host.rpartition("@")[2]
    return f"{protocol}://{host}", slash + (unquote(path) if protocol in _QUOTED else path)


def has_login(url: str) -> bool:
    """Whether a URL of a store names a user."""
    return protocol_of(url) not in _BEFORE_AT and "@" in url.partition("://")[2].partition("/")[0]


def without_file_url(path: str) -> str:
    """The path of this machine that a `file:` URL stands for; others stay."""
    if not path.lower().startswith("file://"):
        return path
    return url2pathname(path[len("file://") :].removeprefix("localhost"))


def shown_place(path: str) -> str:
    """The path without what may be secret: a login, and values of an address that may be keys or signatures."""
    if not protocol_of(path):
        return path
    if not is_on_the_web(path):  # `?` and `#` are characters of names there
        return "".join(store_and_path(path))
    parts = urlsplit(path)
    host = parts.netloc.rpartition("@")[2]
    query = "&".join(f"{name}={'***' if _is_secret(name, value) else quote(value)}" for name, value in _query(path))
    return urlunsplit((parts.scheme, host, parts.path, query, parts.fragment))


def secrets_of_place(path: str) -> set[str]:
    """The texts of a path that must never be shown, as written and as meant."""
    if not protocol_of(path):
        return set()
    values = {value for name, value in _query(path) if _is_secret(name, value)}
    return passwords_in(path) | values | {quote(value, safe="") for value in values}


def secrets_of_options(options: Any, name: str = "") -> Iterator[str]:
    """The texts among options that must never be shown."""
    if isinstance(options, Mapping):
        for key, value in options.items():
            yield from secrets_of_options(value, str(key))
    elif isinstance(options, list | tuple):
        for value in options:
            yield from secrets_of_options(value, name)
    elif isinstance(options, str) and name not in _OPEN:
        yield options
        kind, _, token = options.partition(" ")
        if kind in {"Bearer", "Basic", "Token"} and token:
            yield token


def place_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """The keys that say where files lie fit together."""
    path, options = data.get("path"), data.get("storage_options")
    if not isinstance(path, str):
        return
    protocol = protocol_of(path)
    if options and not protocol:
        what = "the standard input" if path == STDIN else "a file of this machine"
        yield Issue(f"`storage_options` are for URLs, and `path` is {what}", ("storage_options",))
    if data.get("timeout") not in (None, TIMEOUT_S) and not protocol:
        yield Issue("`timeout` is for URLs", ("timeout",))
    if path == STDIN and data.get("only_new") not in (None, False, "false"):
        yield Issue("`only_new` knows files by their names, and the standard input has none", ("only_new",))
    if "::" in path and protocol:
        hint = "a file in an archive is named by `member`"
        yield Issue("`path` is a URL of several protocols", ("path",), hint)
    if protocol in _WEB:
        yield from _web_issues(path, options)


def _web_issues(path: str, options: Any) -> Iterator[Issue]:
    if any(mark in unquote(urlsplit(path).path) for mark in "*["):
        hint = "name one file, or read a list of pages with `type: http`"
        yield Issue("`path` is a pattern, but the web has no list of files", ("path",), hint)
    if not isinstance(options, Mapping):
        return
    if unknown := [name for name in options if name != "headers"]:
        hint = 'storage_options: {headers: {Authorization: "Bearer ${TOKEN}"}}'
        yield Issue(f"`storage_options` of the web has only headers, not {unknown[0]}", ("storage_options",), hint)
    headers = options.get("headers", {})
    if not isinstance(headers, Mapping) or not all(isinstance(value, str) for value in headers.values()):
        yield Issue("`headers` must be a mapping of texts", ("storage_options",))


def _query(path: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(path).query, keep_blank_values=True)
    except ValueError:
        return []


def _is_secret(name: str, value: str) -> bool:
    return bool(_SECRET_NAME.search(name)) or len(value) >= _LONG
