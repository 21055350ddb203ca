"""Logging in by a token, and out again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from odoo_etl.dashboard.frame import Action, Page, Section, Visit
from odoo_etl.dashboard.security import Attempts, Session, Sessions, by_token, caller, mark_of

if TYPE_CHECKING:
    from odoo_etl.dashboard.frame import Visitor

LONGEST_TOKEN = 1000
LARGEST = 20_000  # bytes of a form that anybody may send


def login_section(sessions: Sessions, attempts: Attempts) -> Section:
    """The form, what it sends, and the way out."""
    return Section(
        "login",
        (
            Page("/login", "login", _form, needs=None),
            Action("/login", "log_in", partial(_log_in, sessions, attempts), needs=None, largest=LARGEST),
            Action("/logout", "log_out", partial(_log_out, sessions), needs=None, largest=LARGEST),
        ),
    )


def _form(visit: Visit) -> Response:
    if visit.visitor:
        return RedirectResponse(_next(visit, visit.query.get("next", "")), 303)
    return _shown(visit, visit.query.get("next", ""))


def _shown(visit: Visit, after: str, status: int = 200, error: str = "") -> Response:
    return visit.render("login.html", status, next=after, error=error, has_tokens=bool(_has_tokens(visit)))


def _has_tokens(visit: Visit) -> bool:
    return bool(visit.site.settings.tokens or visit.site.once)


def _log_in(sessions: Sessions, attempts: Attempts, visit: Visit) -> Response:
    address, after = caller(visit.site, visit.request), visit.text("next")
    if (wait := attempts.wait_s(address)) > 0:
        told = f"There were too many tokens that are not right. Try again in {wait / 60 + 1:.0f} minutes."
        return _shown(visit, after, 429, told)
    found = by_token(visit.site, visit.text("token").strip()[:LONGEST_TOKEN])
    if found is None:
        attempts.failed(address)
        visit.site.tell(f"a login from {address} had a token that is not right")
        return _shown(visit, after, 401, "This token is not right.")
    attempts.succeeded(address)
    return _let_in(sessions, visit, *found, _next(visit, after))


def _let_in(sessions: Sessions, visit: Visit, visitor: Visitor, token: str, after: str) -> Response:
    visit.site.tell(f"{visitor.name} ({visitor.role}) logged in")
    answer = RedirectResponse(after, 303)
    session = Session.new(mark_of(token, visit.site.secret))
    answer.headers.append("set-cookie", sessions.header(session, str(visit.request.scope.get("root_path", ""))))
    return answer


def _log_out(sessions: Sessions, visit: Visit) -> Response:
    if session := sessions.of(visit.request.cookies):
        sessions.end(session)
    if visit.visitor:
        visit.site.tell(f"{visit.who} logged out")
    answer = visit.go("login")
    path = str(visit.request.scope.get("root_path", "")) or "/"
    answer.delete_cookie(sessions.cookie, path, secure=visit.site.is_encrypted, httponly=True, samesite="strict")
    return answer


def _next(visit: Visit, wanted: str) -> str:
    """The address on this page that was asked for before the login, or the first page."""
    prefix = str(visit.request.scope.get("root_path", ""))
    parts = urlsplit(wanted)
    is_ours = wanted.startswith(f"{prefix}/") and not wanted.startswith((f"{prefix}//", f"{prefix}/\\", "//"))
    return wanted if is_ours and wanted.isprintable() and not parts.netloc and not parts.scheme else visit.url("jobs")
