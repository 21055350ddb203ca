"""Answers that are no page: what they say, what may be done, and whether asking again may help."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from odoo_etl.errors import SourceError
from odoo_etl.text import printable, redacted, secrets_in_use
from odoo_etl.web import retry_after_s

_FIRST = 200  # characters of an answer that are repeated
_AT_URL, _AT_AUTH = ("source", "url"), ("source", "auth")
_BUSY: Final = frozenset({429, 503})
_PASSING: Final = frozenset({408, 425, 500, 502, 504})
_TITLE = re.compile(r"<title[^>]*>([^<]*)</title", re.IGNORECASE)


class TryAgain(Exception):
    """No page came, and asking again may help.

    Attributes:
        delivered: False where no server took the request: waiting costs nobody anything.
        retry_after_s: what the server asks to wait; None where it does not.
    """

    def __init__(self, message: str, *, delivered: bool = True, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.delivered = delivered
        self.retry_after_s = retry_after_s


def failure(where: str, status: int, headers: Mapping[str, str], said: str) -> SourceError | TryAgain:
    """The error of an answer whose status is none of success.

    Args:
        where: the address, as errors name it.
        said: the first words of the answer.
    """
    what = f"{where}: the server answers {status}{': ' if said else ''}{said}"
    wait_s = retry_after_s(headers)
    if status in _BUSY or (status == 403 and wait_s is not None):
        return TryAgain(what, delivered=False, retry_after_s=wait_s)
    if status in _PASSING:
        return TryAgain(what, retry_after_s=wait_s)
    if status in {401, 403, 407}:
        return SourceError(f"{what} (check auth: of the source, and what its user may read)", _AT_AUTH)
    if status in {404, 405, 410}:
        return SourceError(f"{what} (check url: and method: of the source)", _AT_URL)
    return SourceError(f"{what} (check url:, params: and json: of the source)", _AT_URL)


def words(body: bytes, content_type: str, secrets: Collection[str]) -> str:
    """The first words of an answer on one line, without secrets; the title of a page of HTML."""
    text = body.decode("utf-8", "replace")
    if is_html(body, content_type):
        title = _TITLE.search(text)
        text = f"a page of HTML{f' ({title[1].strip()})' if title else ''}"
    line = " ".join(printable(redacted(text, {*secrets, *secrets_in_use()})).split())
    return line if len(line) <= _FIRST else f"{line[:_FIRST]} ..."


def is_html(body: bytes, content_type: str) -> bool:
    """Whether an answer is for people, such as a form to log in."""
    return "html" in content_type.lower() or body.lstrip()[:9].lower().startswith((b"<!doctype", b"<html"))
