"""Sessions: a signed cookie that says who logged in by which token, and the tokens of forms that go with it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from itsdangerous import BadData, URLSafeTimedSerializer

if TYPE_CHECKING:
    from odoo_etl.dashboard.frame import Site

_SIGNED_FOR: Final = "odoo-etl session"
_COOKIE: Final = "odoo_etl"


@dataclass(frozen=True, slots=True)
class Session:
    """The content of the cookie.

    Attributes:
        id: random; the tokens of forms are made of it.
        login: the mark of the token that somebody logged in by; "" of nobody.
    """

    id: str
    login: str = ""

    @classmethod
    def new(cls, login: str = "") -> Session:
        """One that nobody has seen: each login begins one."""
        return cls(secrets.token_urlsafe(18), login)


def mark_of(token: str, secret: bytes) -> str:
    """By which a session knows a token, without holding it."""
    return hmac.digest(secret, b"login " + token.encode(), hashlib.sha256).hex()


class Sessions:
    """The sessions of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._signer = URLSafeTimedSerializer(site.secret, _SIGNED_FOR)
        place = hashlib.sha256(str(site.workspace.start.absolute()).encode()).hexdigest()[:8]
        self.cookie: Final = f"{_COOKIE}_{place}"  # two pages of one host have a cookie each

    def of(self, cookies: Mapping[str, str]) -> Session | None:
        """The session of a request; None where it has none, or one that is not ours, too old or ended."""
        try:
            known: Any = self._signer.loads(cookies.get(self.cookie, ""), max_age=int(self._site.settings.session))
            session = Session(str(known["id"]), str(known["login"]))
        except (BadData, KeyError, TypeError):
            return None
        return None if session.login and session.id in self._site.ended else session

    def header(self, session: Session, path: str) -> str:
        """`Set-Cookie` of a session.

        Args:
            path: the prefix of the page, or "".
        """
        value = self._signer.dumps({"id": session.id, "login": session.login})
        secure = "; Secure" if self._site.is_encrypted else ""
        age = int(self._site.settings.session)
        return f"{self.cookie}={value}; Path={path or '/'}; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"

    def end(self, session: Session) -> None:
        """A logout: the cookie is worth nothing from now on, whoever has a copy of it."""
        if session.login:  # one of nobody lets nobody in
            self._site.ended.add(session.id, self._site.clock().timestamp() + self._site.settings.session)

    def form_token(self, session: Session) -> str:
        """The token that each form of this session carries."""
        return hmac.digest(self._site.secret, b"form " + session.id.encode(), hashlib.sha256).hex()

    def is_form_token(self, session: Session, token: str) -> bool:
        """Whether a form carries it."""
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())
