"""Getting to a server and staying with it: which protocol, who we are there, what was sent, is that an answer."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from odoo_etl.errors import AskedToWait, CannotStart, OdooError, ProtocolError, Refused, TransientError, UnknownOutcome
from odoo_etl.odoo.call import Call
from odoo_etl.odoo.faults import NotOdoos, NotServed
from odoo_etl.odoo.limiter import Limiter
from odoo_etl.odoo.retry import Retrier
from odoo_etl.odoo.transports import TRANSPORTS, Login, Transport
from odoo_etl.odoo.transports.http import Http
from odoo_etl.odoo.version import ServerVersion, ask_version

T = TypeVar("T")

_JSON2_SINCE = 19

_log = logging.getLogger("odoo_etl.odoo")


class Session:
    """One user on one server. Sends nothing before the first need; safe to use from several threads.

    Attributes:
        calls: requests really sent, repeats included, by `model.method`, `common.login` and `common.version`.
    """

    def __init__(
        self, http: Http, login: Login, protocol: str, retrier: Retrier, limiter: Limiter | None = None
    ) -> None:
        """Prepare a session over `protocol` (`auto` or a key of `TRANSPORTS`); a limiter serves one session only.

        Raises:
            CannotStart: there is no such protocol.
        """
        if protocol != "auto" and protocol not in TRANSPORTS:
            raise CannotStart(f"protocol {protocol!r} is unknown; allowed: auto, {', '.join(TRANSPORTS)}")
        self.calls: Counter[str] = Counter()
        self._http, self._login, self._wanted = http, login, protocol
        self._starter = retrier.at_start()
        self._limiter = limiter or Limiter(sleep=retrier.sleep)
        self._lock = threading.RLock()
        self._counting = threading.Lock()
        self._transport: Transport | None = None
        self._version: ServerVersion | None = None
        self._uid: int | None = None
        self._served = False

    def version(self) -> ServerVersion:
        """The server's version; asked once."""
        with self._lock:
            if self._version is None:
                with _starting("check the url"):
                    self._version = self._start("common.version", lambda: ask_version(self._http, self._login))
            return self._version

    def transport(self) -> Transport:
        """The transport, chosen at first need."""
        if self._transport is None:
            with self._lock:
                if self._transport is None:
                    self._transport = self._choose()
        return self._transport

    def authenticate(self) -> int:
        """The user's id; asked once."""
        transport = self.transport()
        if self._uid is None:
            with self._lock, _starting("check url, db and protocol of the connection"):
                if self._uid is None:
                    self._uid = self._start("common.login", transport.authenticate)
                    self._served = True
        return self._uid

    def send(self, call: Call, retrier: Retrier, fence: Callable[[], object] | None = None) -> Any:
        """Odoo's answer to a call, sent again as the policy says.

        Args:
            retrier: how long this call goes on.
            fence: called right before each attempt, when nothing is waited for any more; may raise to end the call.
        """
        transport = self.transport()
        uid = self.authenticate() if transport.needs_uid else 0
        name = str(call)
        once = self._counted(name, partial(self._served_before, transport, call, uid), retrier, call.size, fence)
        return retrier.send(once if call.changes else _asking(once), name, repeatable=call.repeatable)

    def _served_before(self, transport: Transport, call: Call, uid: int) -> Any:
        """Send a call; a server that has served us and then has no such path is away, not misconfigured.

        Odoo says 404 over JSON-2 while its PostgreSQL is away, and so do proxies while their server restarts.
        """
        try:
            answer = transport.send(call, uid)
        except NotServed as error:
            if not self._served:
                raise
            raise TransientError(str(error), delivered=False) from error
        if not fits(call, answer):
            raise NotOdoos(f"{call}: {self._http.url} answered with success, but not what Odoo answers to this method")
        self._served = True
        return answer

    def _choose(self) -> Transport:
        """The protocol asked for; with `auto` JSON-2 where it and a key exist, else JSON-RPC, else XML-RPC."""
        if self._wanted != "auto":
            return self._made(self._wanted)
        if self._login.api_key and self.version().major >= _JSON2_SINCE:
            return self._made("json2")
        transport = self._made("jsonrpc")
        with _starting("check url, db and protocol of the connection"):
            try:
                self._uid = self._start("common.login", transport.authenticate)
            except NotServed:
                transport = self._made("xmlrpc")
                self._uid = self._start("common.login", transport.authenticate)
        return transport

    def _made(self, protocol: str) -> Transport:
        return TRANSPORTS[protocol](self._http, self._login)

    def _start(self, name: str, send: Callable[[], T]) -> T:
        """Send what only asks, with the shorter patience of a start."""
        return self._starter.send(_asking(self._counted(name, send, self._starter)), name, repeatable=True)

    def _counted(
        self,
        name: str,
        send: Callable[[], T],
        retrier: Retrier,
        size: int = 0,
        fence: Callable[[], object] | None = None,
    ) -> Callable[[], T]:
        """`send`, counted and logged each time it is called."""
        attempts = itertools.count(1)

        def once() -> T:
            with self._limiter.call():
                if fence is not None:
                    fence()
                with self._noted(name, size, next(attempts), retrier):
                    return send()

        return once

    @contextmanager
    def _noted(self, name: str, size: int, attempt: int, retrier: Retrier) -> Iterator[None]:
        """Count and log an attempt; the log shows no value and no text of an answer, and errors no secret."""
        begin, outcome = time.perf_counter(), "answered"
        with self._counting:
            self.calls[name] += 1
        if retrier.watch is not None:
            retrier.watch.began(name)
        try:
            yield
        except BaseException as error:
            outcome = type(error).__name__
            if isinstance(error, OdooError):
                _redact(error, self._login)
            if isinstance(error, UnknownOutcome):
                error.sent_s_ago = time.perf_counter() - begin
            if isinstance(error, TransientError) and (asked := retrier.too_long(error)):
                raise asked from error
            raise
        finally:
            seconds, moved = time.perf_counter() - begin, self._http.traffic
            _log.debug(
                "%s: %s, HTTP %s, %d records, attempt %d, %.0f ms, %d bytes sent, %d received",
                *(name, outcome, moved.status or "-", size, attempt, seconds * 1000, moved.sent, moved.received),
            )
            if retrier.watch is not None:
                retrier.watch.ended(name, size, seconds, outcome)


def _redact(error: OdooError, login: Login) -> None:
    """Take the secrets out of an error, whatever in it came from the other side (a redirect's target, say)."""
    error.args = (login.redact(str(error)),)
    error.name, error.debug = login.redact(error.name), login.redact(error.debug)


def _asking(send: Callable[[], T]) -> Callable[[], T]:
    """`send` for what changes nothing: an answer that is not Odoo's leaves nothing open, and fails for good."""

    def once() -> T:
        try:
            return send()
        except NotOdoos as error:
            raise ProtocolError(str(error)) from error

    return once


@contextmanager
def _starting(remedy: str) -> Iterator[None]:
    """Whatever goes wrong before the first call means that the server cannot be used as configured.

    Raises:
        CannotStart: instead of any error but a refused login, which says itself what to do.
    """
    try:
        yield
    except AskedToWait as error:  # nothing of the connection is wrong, and it says what to do
        raise CannotStart(str(error)) from error
    except (TransientError, UnknownOutcome, ProtocolError, Refused) as error:
        raise CannotStart(f"{error}; {remedy}") from error


def fits(call: Call, answer: Any) -> bool:
    """True if Odoo can have answered this to the call; True for methods whose answer we don't know."""
    fit = _FITS.get(call.method)
    return fit is None or fit(call, answer)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_ids(answer: Any) -> bool:
    return isinstance(answer, list) and all(map(_is_id, answer))


def _are_records(answer: Any) -> bool:
    return isinstance(answer, list) and all(isinstance(record, dict) for record in answer)


def _created(call: Call, answer: Any) -> bool:
    """One id for each record given."""
    if isinstance(call.params.get("vals_list"), Mapping):
        return _is_id(answer)
    return _are_ids(answer) and len(answer) == call.size


def _loaded(_: Call, answer: Any) -> bool:
    return isinstance(answer, dict) and answer.keys() >= {"ids", "messages"}


def _changed(_: Call, answer: Any) -> bool:
    """Odoo's True, or whatever small thing a module's own method gives; never a document."""
    return not isinstance(answer, dict | str)


_FITS: dict[str, Callable[[Call, Any], bool]] = {
    "search": lambda _, answer: _are_ids(answer) or _is_id(answer),  # a number with `count` before Odoo 17
    "search_count": lambda _, answer: _is_id(answer),
    "search_read": lambda _, answer: _are_records(answer),
    "read": lambda _, answer: _are_records(answer),
    "fields_get": lambda _, answer: isinstance(answer, dict) and _are_records(list(answer.values())),
    "create": _created,
    "load": _loaded,
    "web_save_multi": lambda call, answer: _are_records(answer) and len(answer) == call.size,
    "write": _changed,
    "unlink": _changed,
}
