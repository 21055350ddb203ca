"""`/metrics`, `/healthz` and `/readyz` as routes of a Starlette application, which is loaded with this module."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from odoo_etl.errors import OdooEtlError
from odoo_etl.loopback import is_loopback
from odoo_etl.measuring.exposition import exposition
from odoo_etl.measuring.health import Health
from odoo_etl.measuring.measures import Measures

Answer = TypeVar("Answer")
CACHED_S: Final = 5.0
WRITTEN_S: Final = 1.0  # so often the ledger is written to by who asks: anybody may
_HANDED_ON: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")  # a proxy asks for somebody else
_PLAIN: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Asked(Generic[Answer]):
    """An answer that is asked for at most every few seconds, however many ask at once."""

    def __init__(
        self, ask: Callable[[], Answer], clock: Callable[[], float] = time.monotonic, kept_s: float = CACHED_S
    ) -> None:
        self._ask, self._clock, self._kept_s = ask, clock, kept_s
        self._lock = threading.Lock()
        self._known: tuple[float, Answer | OdooEtlError] | None = None

    def answer(self) -> Answer:
        """The answer, a few seconds old at most. Raises OdooEtlError: `ask` has raised it."""
        with self._lock:
            if self._known is None or self._clock() - self._known[0] >= self._kept_s:
                found = self._found()
                self._known = self._clock(), found  # from its end on: who has waited for it is not to ask anew
            found = self._known[1]
        if isinstance(found, OdooEtlError):
            raise found.with_traceback(None)
        return found

    def _found(self) -> Answer | OdooEtlError:
        """The answer, or why there is none: a ledger that is away may take long to say so."""
        try:
            return self._ask()
        except OdooEtlError as error:
            return error


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read the measures: this machine, who shows the token, and whomever the page lets in.

    Attributes:
        token: the one that is valid now; "" where there is none.
        page: whether the page knows who asks.
    """

    token: Callable[[], str] = field(default=lambda: "", repr=False)
    page: Callable[[Request], bool] = field(default=lambda _: False)

    def allows(self, request: Request) -> bool:
        """Whether who asks may read them. A proxy of this machine asks for others: that is not this machine."""
        if _is_this_machine(request):
            return True
        kind, _, shown = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and (token := self.token()):
            return hmac.compare_digest(shown.strip().encode(), token.encode())
        return self.page(request)


def _is_this_machine(request: Request) -> bool:
    """Whether a program of this machine asks, by a name of this machine: any other name is one that a page chose."""
    is_direct = not any(name in request.headers for name in _HANDED_ON)
    named = is_loopback(request.url.hostname or "")
    return is_direct and named and request.client is not None and is_loopback(request.client.host)


def routes(ask: Callable[[], Measures], health: Health, access: Access) -> list[BaseRoute]:
    """The routes; handlers that ask the ledger run in threads.

    Args:
        ask: gathers the measures; may raise OdooEtlError, which is told without its text.
    """
    asked, seldom = Asked(ask), replace(health, write=Asked(health.write, kept_s=WRITTEN_S).answer)

    def metrics(request: Request) -> Response:
        if not access.allows(request):
            headers = {**_PLAIN, "WWW-Authenticate": 'Bearer realm="metrics"'}
            return PlainTextResponse("show the token of metrics: in project.yaml\n", 401, headers)
        try:
            text, content_type = exposition(asked.answer(), request.headers.get("accept", ""))
        except OdooEtlError:
            return PlainTextResponse("the ledger cannot be read\n", 503, _PLAIN)
        return Response(text, 200, {**_PLAIN, "Content-Type": content_type})

    async def healthz(_: Request) -> Response:  # in no thread: a ledger that hangs may hold all of them
        return PlainTextResponse("ok\n", 200, _PLAIN)

    def readyz(_: Request) -> Response:
        problems = seldom.problems()
        text = "".join(f"not ready: {one.what}\n" for one in problems) or "ready\n"
        return PlainTextResponse(text, 503 if problems else 200, _PLAIN)

    return [
        Route("/metrics", metrics, name="metrics"),
        Route("/healthz", healthz, name="healthz"),
        Route("/readyz", readyz, name="readyz"),
    ]
