"""The gate before each route: which host is asked for, who asks, whether a form is theirs; then the answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from odoo_etl.dashboard.faults import fault_page, page_of_error
from odoo_etl.dashboard.forms import form_of
from odoo_etl.dashboard.frame import Action, NotThere, Page, Refusal, Section, Site, Visit
from odoo_etl.dashboard.security import Session, Sessions, by_login, by_proxy, is_our_host, is_our_origin
from odoo_etl.errors import OdooEtlError, SpecError

if TYPE_CHECKING:
    from starlette.requests import Request

LOG = logging.getLogger(__name__)
_OUR_FAULT = "This page met a fault of its own. The log of `odoo-etl serve` has the details."
_NOT_OURS = "This is not the name of this page. Ask for it by its address, or say `page: {url: ...}` in project.yaml.\n"
_OLD_FORM = "The form is not of this session: it was open for too long. Load the page again, and send it once more."
_ELSEWHERE = "The form was not sent by this page. Behind a proxy, project.yaml says where it is: `page: {url: ...}`."


class Gate:
    """The gate of a site.

    Args:
        sections: for the navigation of all pages.
    """

    def __init__(self, site: Site, sessions: Sessions, sections: tuple[Section, ...]) -> None:
        self._site, self._sessions, self._sections = site, sessions, sections

    def before(self, route: Page | Action, section: str) -> Callable[[Request], Awaitable[Response]]:
        """The function that Starlette calls for a route."""

        async def answer(request: Request) -> Response:
            return await self._answer(request, route, section)

        return answer

    async def lost(self, request: Request, error: Exception) -> Response:
        """An address that no route has, or another method than its own."""
        status = getattr(error, "status_code", 404)
        if not is_our_host(request.headers.get("host", ""), self._site.settings):
            return PlainTextResponse(_NOT_OURS, 421)
        visit, _ = self._visit(request, "")
        return fault_page(
            visit, status, "There is no such page" if status == 404 else "This address takes no such request"
        )

    async def _answer(self, request: Request, route: Page | Action, section: str) -> Response:
        if not is_our_host(request.headers.get("host", ""), self._site.settings):
            return PlainTextResponse(_NOT_OURS, 421)
        visit, session = self._visit(request, section)
        answer = self._refused(visit, route) or await self._let_in(visit, session, route)
        if self._sessions.of(request.cookies) is None and answer.media_type == "text/html":
            self.keep(answer, request, session)
        return answer

    def keep(self, answer: Response, request: Request, session: Session) -> None:
        """Give the browser a session."""
        if "set-cookie" not in answer.headers:
            header = self._sessions.header(session, str(request.scope.get("root_path", "")))
            answer.headers.append("set-cookie", header)

    def _visit(self, request: Request, section: str) -> tuple[Visit, Session]:
        session = self._sessions.of(request.cookies) or Session.new()
        visitor = by_proxy(self._site, request) or (by_login(self._site, session.login) if session.login else None)
        token = self._sessions.form_token(session)
        return Visit(self._site, request, visitor, token, self._sections, section), session

    def _refused(self, visit: Visit, route: Page | Action) -> Response | None:
        """Who may not: they are asked to log in, or told."""
        if route.needs is None or (visit.visitor and visit.visitor.may(route.needs)):
            return None
        if visit.visitor:
            return fault_page(
                visit, 403, f"{visit.who} may look, and change nothing: this needs the role {route.needs}"
            )
        wanted = visit.request.url.path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
        login = visit.url("login") + (f"?next={quote(wanted, safe='')}" if route.method == "GET" else "")
        if visit.wants_part:
            return Response(status_code=401, headers={"hx-redirect": login})
        return RedirectResponse(login, 303) if route.method == "GET" else fault_page(visit, 401, "Log in first")

    async def _let_in(self, visit: Visit, session: Session, route: Page | Action) -> Response:
        try:
            if isinstance(route, Action):
                visit = await self._with_form(visit, route)
                self._check_form(visit, session)
            return await run_in_threadpool(route.answer, visit)
        except Refusal as refusal:
            if isinstance(refusal, NotThere) and isinstance(refusal.__cause__, SpecError):  # nobody can know
                return page_of_error(visit, refusal.__cause__)
            return fault_page(visit, refusal.status, str(refusal))
        except OdooEtlError as error:
            return page_of_error(visit, error)
        except Exception:  # a fault in one page is told on that page, and in the log
            LOG.exception("%s %s", visit.request.method, quote(visit.request.url.path))
            return fault_page(visit, 500, _OUR_FAULT)
        finally:
            await visit.form.close()  # files that came with it

    async def _with_form(self, visit: Visit, route: Action) -> Visit:
        request = visit.request
        if not is_our_origin(request.headers, request.url.scheme, self._site.settings):
            raise Refusal(_ELSEWHERE, 403)
        return replace(visit, form=await form_of(request, route.largest))

    def _check_form(self, visit: Visit, session: Session) -> None:
        told = visit.request.headers.get("x-csrf-token") or visit.text("csrf")
        if not self._sessions.is_form_token(session, told):
            raise Refusal(_OLD_FORM, 403)
