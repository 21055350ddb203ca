"""The page beside the scheduler: in a thread of its own, so that neither ends with a fault of the other."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from odoo_etl.dashboard import Listening, application, known_to, open_site, server_options
from odoo_etl.errors import CannotStart
from odoo_etl.measuring import Health
from odoo_etl.measuring.routes import Access, routes
from odoo_etl.runs.measured import KeyWatch, Measuring
from odoo_etl.serving.aside import outcome_of
from odoo_etl.serving.connections import BoundedHTTP
from odoo_etl.serving.parts import News, Tell
from odoo_etl.text import redacted, secrets_in_use

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from odoo_etl.dashboard import Site
    from odoo_etl.serving.opened import Serve
    from odoo_etl.serving.server import Server
    from odoo_etl.spec import Project
    from odoo_etl.state import Ledger

AGAIN_S: Final = 10.0
ENDING_S: Final = 10.0
_LOGGER: Final = "uvicorn.error"


@contextmanager
def page_of(serve: Serve, server: Server, host: str, port: int) -> Iterator[None]:
    """The page of a project, and its measures, as long as the context lasts.

    Args:
        port: 0 for any free one.

    Raises:
        CannotStart: nobody can listen on that address, or its certificate cannot be read.
        UsageError: others could read what goes to this address, or nobody could log in there.
    """
    listening = Listening(host, port)
    site = open_site(serve.workspace, listening, lambda text: server.station.tell("page", text), _ledger_of(server))
    page = _Page(site, _application(serve, server, site), listening, server.station.parts.tell)
    _tell_where(serve.tell, site, page.listening)
    server.started = lambda: list(site.started.values())
    page.begin()
    try:
        yield
    finally:
        page.end()


def _ledger_of(server: Server) -> Callable[[Project], AbstractContextManager[Ledger]]:
    """The ledger that the server has open."""
    return lambda _: nullcontext(server.station.ledger)


def _application(serve: Serve, server: Server, site: Site) -> Starlette:
    """The page with the measures beside it."""
    station = server.station
    now, age_s = serve.clock.now, server.beat_age_s
    measuring = Measuring(
        serve.workspace,
        lambda _: nullcontext(station.ledger),
        beat_at=lambda: None if (age := age_s()) is None else now() - age,
        keys=KeyWatch(),
    )

    def token() -> str:
        return server.project.project.metrics.token.get_secret_value()

    app = application(site)
    health, access = Health(age_s, station.ledger.beat), Access(token, known_to(site))
    app.router.routes.extend(routes(measuring.measures, health, access))
    return app


def _tell_where(tell: Tell, site: Site, listening: Listening) -> None:
    """Say where it is; a token of this process alone is said there only, and kept in no file."""
    url = listening.url(site.settings)
    login = f"; the token of this time is {site.once}" if site.once else ""
    tell(News("info", "page_began", f"the page is {url}{login}", {"url": url}))


class _Page:
    """A web server in a thread.

    Attributes:
        listening: its address.
    """

    def __init__(self, site: Site, app: Starlette, listening: Listening, tell: Tell) -> None:
        self._tell = tell
        self._config = uvicorn.Config(app, http=BoundedHTTP, **server_options(site, listening))
        self._socket = _listen(listening)
        self.listening = replace(listening, port=self._socket.getsockname()[1])  # of port 0, the one that was free
        try:
            self._config.load()
        except (OSError, ssl.SSLError) as error:
            self._socket.close()
            raise CannotStart(
                f"the certificate of the page cannot be used: {error} (page.tls of project.yaml)"
            ) from error
        self._server = uvicorn.Server(self._config)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="page", daemon=True)
        self._faults = _Faults(tell)

    def begin(self) -> None:
        """Answer from now on."""
        logging.getLogger(_LOGGER).addHandler(self._faults)
        self._thread.start()

    def end(self) -> None:
        """Answer no more."""
        self._ended.set()
        self._server.should_exit = True
        self._thread.join(ENDING_S)
        logging.getLogger(_LOGGER).removeHandler(self._faults)

    def _serve(self) -> None:
        while not self._ended.is_set():
            error = outcome_of(lambda: self._server.run(sockets=[self._socket]))
            if self._ended.wait(0 if error is None else AGAIN_S):
                return
            self._tell(
                News("error", "page_failed", f"the page has ended and begins again: {error or 'without a word'}")
            )
            if isinstance(found := outcome_of(lambda: _listen(self.listening)), socket.socket):
                self._socket, self._server = found, uvicorn.Server(self._config)


def _listen(listening: Listening) -> socket.socket:
    """A socket at the address. Raises CannotStart."""
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    try:
        return socket.create_server((listening.host, listening.port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise CannotStart(
            f"the page cannot listen on {listening.host}:{listening.port}: {why}; say another --port, or --no-page"
        ) from error


class _Faults(logging.Handler):
    """Tells what the web server reports of errors."""

    def __init__(self, tell: Tell) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one."""
        text = redacted(logging.Formatter("%(message)s").format(record), secrets_in_use())
        known: dict[str, Any] = {"logger": record.name}
        self._tell(News("error", "page_fault", f"a fault in the page: {text}", known))
