"""Which Odoo answers: asked without logging in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from odoo_etl.errors import ProtocolError
from odoo_etl.odoo.faults import NotServed
from odoo_etl.odoo.transports.answers import foreign
from odoo_etl.odoo.transports.base import USER_AGENT, Login
from odoo_etl.odoo.transports.http import Http
from odoo_etl.odoo.transports.jsonrpc import ask
from odoo_etl.odoo.wire_values import load_json


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """The version that a server names: its text (`19.0-20260101`) and the major number (19)."""

    text: str
    major: int


def ask_version(http: Http, login: Login) -> ServerVersion:
    """The server's version, without logging in: `version_info`, which all versions serve, or else `/web/version`.

    Raises:
        ProtocolError: what answers is no Odoo, or hides its version.
        TransientError, UnknownOutcome: no answer.
    """
    try:
        answer = ask(http, "/web/webclient/version_info", {}, login, "version")
    except NotServed:
        answer = _web_version(http)
    return _version_from(answer, http.url)


def _web_version(http: Http) -> Any:
    """`GET /web/version` (Odoo 19)."""
    answer = http.request("GET", "/web/version", None, {"User-Agent": USER_AGENT}, "version")
    if answer.status != 200:
        raise foreign(answer, http.url, "version")
    try:
        return load_json(answer.body)
    except ValueError:
        raise ProtocolError(f"version: {http.url} answered a page that is not Odoo's") from None


def _version_from(answer: Any, url: str) -> ServerVersion:
    """The version in the answer of either route; `saas~18.2` counts as 18."""
    known = answer if isinstance(answer, dict) else {}
    info = known.get("server_version_info") or known.get("version_info") or [""]
    digits = re.search(r"\d+", str(info[0]))
    if digits is None:
        raise ProtocolError(f"version: {url} answered no version of Odoo; is it Odoo at all?")
    return ServerVersion(str(known.get("server_version") or known.get("version")), int(digits.group()))
