"""Answers over HTTP, and what they mean when they are not Odoo's.

One question decides: can the call have been carried out?

| status, whatever the content      | carried out? | the error                                               |
|-----------------------------------|--------------|---------------------------------------------------------|
| 429, 503                          | no           | `TransientError`, not delivered                         |
| 413                               | no           | `TooLarge`: a smaller request may pass                  |
| 401, 403, 407, not Odoo's         | no           | `AccessRefused`                                         |
| 400, 404, 405, ... not Odoo's     | no           | `ProtocolError`                                         |
| 408, 5xx but 503, not Odoo's      | unknown      | `UnknownOutcome`: sent again where that is safe         |
| 2xx, 3xx, other 4xx, not Odoo's   | unknown      | `NotOdoos`: a call that only asks fails for good        |

A proxy may answer with a page or a redirect after Odoo has done its work, so only what says "not taken" counts as not
carried out. We assume that nothing on the way says 429, 503 or one of the other refusals of a call it has let through.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from odoo_etl.errors import AccessRefused, OdooError, ProtocolError, TooLarge, TransientError, UnknownOutcome
from odoo_etl.odoo.faults import NotOdoos

_BUSY = frozenset({429, 503})
_TOO_LARGE = 413
_NOT_LET_IN = frozenset({401, 403, 407})
_NOT_TAKEN = frozenset({400, 404, 405, 406, 411, 414, 415, 417, 421, 426, 431})
_GATEWAY = frozenset({502, 504})
_REQUEST_TIMEOUT = 408


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: status, the type of its content without parameters, the decoded body.

    Attributes:
        location: where a redirect leads.
        retry_after_s: seconds the server asks to wait, or None.
    """

    status: int
    content_type: str
    body: bytes
    location: str = ""
    retry_after_s: float | None = None

    @property
    def is_from_the_way(self) -> bool:
        """True for a status that Odoo gives to no call: a proxy answered, whatever the content says."""
        status = self.status
        return status in _BUSY | _GATEWAY or status in (_TOO_LARGE, _REQUEST_TIMEOUT) or 300 <= status < 400


def foreign(answer: Answer, url: str, where: str, sent_bytes: int = 0) -> OdooError:
    """The error for an answer that is not Odoo's (see the table above).

    Args:
        answer: what came.
        url: the server's, for the text.
        where: the call, for the text.
        sent_bytes: the size of the request.
    """
    status, text = answer.status, f"{where}: {url} answered HTTP {answer.status}"
    if status in _BUSY:
        return TransientError(
            f"{text}: busy or down for the moment", delivered=False, retry_after_s=answer.retry_after_s
        )
    if status == _TOO_LARGE:
        what = f"a request of {sent_bytes:,} bytes is too large for the server or its proxy"
        return TooLarge(f"{text}: {what}; use a smaller chunk_size, or raise its limit", sent_bytes)
    if status in _NOT_LET_IN:
        return AccessRefused(f"{text}, and not by Odoo: a proxy or firewall before it wants a login")
    if status in _NOT_TAKEN:
        return ProtocolError(f"{text}, and not by Odoo: is the url right, and what does a proxy before it say?")
    return _maybe_carried_out(answer, text)


def _maybe_carried_out(answer: Answer, text: str) -> UnknownOutcome:
    """The error for an answer that may have taken the place of Odoo's."""
    status = answer.status
    if status == _REQUEST_TIMEOUT or status >= 500:
        return UnknownOutcome(f"{text}: the request may have been carried out")
    if 300 <= status < 400:
        target = without_secrets(answer.location)
        return NotOdoos(f"{text}, a redirect to {target or 'nowhere'}; give the final address as url")
    return NotOdoos(f"{text}, and not by Odoo: is a login page, a maintenance page or another site there?")


def without_secrets(url: str) -> str:
    """A URL cut to scheme, host and path, for error texts."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else parts.path
