"""The public client: Odoo's external API from Python, alike over the three protocols."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, overload

from odoo_etl.errors import AccessRefused, Refused
from odoo_etl.odoo.call import Call
from odoo_etl.odoo.encrypted import check_encrypted
from odoo_etl.odoo.limiter import Limiter
from odoo_etl.odoo.retry import CallWatch, Listener, Retrier, RetryEvent, RetryPolicy
from odoo_etl.odoo.session import Session
from odoo_etl.odoo.transports import Login
from odoo_etl.odoo.transports.http import MAX_ANSWER_BYTES, Http, HttpSettings
from odoo_etl.odoo.version import ServerVersion

Domain = Sequence[Any]
Context = Mapping[str, Any] | None
Values = Mapping[str, Any]
Fence = Callable[[], object] | None
Record = dict[str, Any]

_LOAD_IN_SEARCH_READ_SINCE = 15
_HAS_ACCESS_SINCE = 18  # before: check_access_rights


class OdooClient:
    """One server, one database, one user; safe to use from several threads.

    Nothing is sent before the first need. With `protocol="auto"` that is one request for the version, and one to log in
    unless JSON-2 is used.

    Attributes:
        calls: requests really sent, repeats included, by `model.method`, `common.login` and `common.version`.

    Every method may raise the branches of `odoo_etl.errors.OdooError`, and `CannotStart` before the first success.
    """

    def __init__(  # noqa: PLR0913 - a user's settings, all by keyword
        self,
        url: str,
        db: str = "",
        *,
        user: str = "",
        api_key: str = "",
        password: str = "",
        protocol: str = "auto",
        connect_timeout_s: float = 10.0,
        read_timeout_s: float = 130.0,
        ca_file: Path | None = None,
        insecure_http: bool = False,
        retry: RetryPolicy | None = None,
        pool_size: int = 4,
        on_retry: Callable[[RetryEvent], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        limiter: Limiter | None = None,
        watch: CallWatch | None = None,
    ) -> None:
        """Prepare a client.

        Args:
            url: `https://odoo.example.com`, with a path where a proxy adds one.
            db: the database; may be left out over JSON-2 where the server has only one.
            user: the login name; JSON-2 does not need it.
            api_key: taken by every protocol.
            password: taken by the old protocols where there is no API key.
            protocol: `auto`, `json2`, `jsonrpc` or `xmlrpc`.
            connect_timeout_s: how long to wait for a connection.
            read_timeout_s: how long the server may be silent.
            ca_file: further certificate authorities, PEM.
            insecure_http: send the key or password over plain `http://` to another machine, too.
            retry: how long to go on when the server is away.
            pool_size: connections to keep; as many threads can call at once.
            on_retry: told before each wait.
            sleep: waits that many seconds; what it raises (to stop a run, say) comes through, and the client stays
                usable.
            max_answer_bytes: a longer answer is refused before it fills the memory.
            limiter: how many calls at once and a second, repeats included; None for no limits of ours.
            watch: hears of each call that is sent, repeats included.

        Raises:
            CannotStart: an impossible url, ca_file or protocol; a secret that would travel unencrypted.
        """
        self.url, self.db, self.user = url.rstrip("/"), db, user
        self._http = Http(HttpSettings(url, pool_size, connect_timeout_s, read_timeout_s, ca_file, max_answer_bytes))
        if (api_key or password) and not insecure_http:
            check_encrypted(url)
        self._retrier = Retrier(retry or RetryPolicy(), on_retry, sleep, watch=watch)
        login = Login(db, user, api_key, password)
        self._session = Session(self._http, login, protocol, self._retrier, limiter)
        self.calls = self._session.calls

    def __repr__(self) -> str:
        return f"OdooClient({self.url!r}, {self.db!r}, user={self.user!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def with_retry(self, policy: RetryPolicy) -> Self:
        """The same client, connections and login included, whose calls go on for as long as this policy says."""
        return self._retrying(replace(self._retrier, policy=policy))

    def listening(self, listener: Listener) -> Self:
        """The same client, whose calls tell the listener before each wait; what it raises ends the call."""
        return self._retrying(replace(self._retrier, listener=listener))

    def _retrying(self, retrier: Retrier) -> Self:
        other = copy(self)
        other._retrier = retrier  # noqa: SLF001 - its own
        return other

    @property
    def protocol(self) -> str:
        """The protocol in use; with `auto` the first question decides, which asks the server."""
        return self._session.transport().name

    def version(self) -> ServerVersion:
        """The server's version; asked once, without logging in."""
        return self._session.version()

    def authenticate(self) -> int:
        """Log in and return the user's id; asked once.

        Raises:
            AccessRefused: unknown user, wrong key or password.
            CannotStart: the server cannot be reached, the database is unknown, the protocol is not served.
        """
        return self._session.authenticate()

    def login(self) -> str:
        """The login of the user that we are there; over JSON-2 the key decides, whatever `user` is."""
        uid = self.authenticate()
        if self._session.transport().needs_uid:
            return self.user
        try:
            return str(self.read("res.users", [uid], ["login"])[0]["login"])
        except (Refused, AccessRefused):
            return self.user or f"id {uid}"

    def execute(
        self,
        model: str,
        method: str,
        *args: Any,
        ids: Sequence[int] | None = None,
        context: Context = None,
        fence: Fence = None,
        **params: Any,
    ) -> Any:
        """Call any public method of any model and return Odoo's answer.

        Args:
            model: `res.partner`.
            method: its name.
            args: positional parameters, `ids` first for methods on records.
            ids: the records.
            context: Odoo's context.
            fence: called right before each attempt, repeats included; what it raises ends the call unsent. The methods
                below that write have it, too.
            params: named parameters. JSON-2 takes only these for methods that `methods.METHODS` does not list.
        """
        call = Call.of(model, method, args, ids=ids, params=params, context=context)
        return self._session.send(call, self._retrier, fence)

    def search(  # noqa: PLR0913 - Odoo's own parameters
        self,
        model: str,
        domain: Domain = (),
        *,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        context: Context = None,
    ) -> list[int]:
        """Ids of the records that match; archived ones only with `active_test: False` in the context."""
        window = _given(offset=offset or None, limit=limit, order=order)
        ids: list[int] = self.execute(model, "search", domain=domain, context=context, **window)
        return ids

    def search_count(self, model: str, domain: Domain = (), *, context: Context = None) -> int:
        """How many records match."""
        return int(self.execute(model, "search_count", domain=domain, context=context))

    def read(
        self,
        model: str,
        ids: Sequence[int],
        fields: Sequence[str] | None = None,
        *,
        load: str | None = None,
        context: Context = None,
    ) -> list[Record]:
        """The records' fields, `id` always among them; `load="_classic_write"` gives many2one as a bare id."""
        params = _given(fields=fields, load=load)
        records: list[Record] = self.execute(model, "read", ids=ids, context=context, **params)
        return records

    def search_read(  # noqa: PLR0913 - Odoo's own parameters
        self,
        model: str,
        domain: Domain = (),
        fields: Sequence[str] | None = None,
        *,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        load: str | None = None,
        context: Context = None,
    ) -> list[Record]:
        """`search` and `read` in one call; two for `load` before Odoo 15, whose `search_read` does not know it."""
        if load is not None and self.version().major < _LOAD_IN_SEARCH_READ_SINCE:
            ids = self.search(model, domain, offset=offset, limit=limit, order=order, context=context)
            return self.read(model, ids, fields, load=load, context=context)
        params = _given(fields=fields, offset=offset or None, limit=limit, order=order, load=load)
        records: list[Record] = self.execute(model, "search_read", domain=domain, context=context, **params)
        return records

    @overload
    def create(self, model: str, values: Values, *, context: Context = None, fence: Fence = None) -> int: ...

    @overload
    def create(
        self, model: str, values: Sequence[Values], *, context: Context = None, fence: Fence = None
    ) -> list[int]: ...

    def create(
        self, model: str, values: Values | Sequence[Values], *, context: Context = None, fence: Fence = None
    ) -> int | list[int]:
        """Create one record (gives its id) or several in one transaction (gives their ids, in order)."""
        if isinstance(values, Mapping):
            return self.create(model, [values], context=context, fence=fence)[0]
        ids: list[int] = self.execute(model, "create", vals_list=values, context=context, fence=fence)
        return ids

    def write(
        self, model: str, ids: Sequence[int], values: Values, *, context: Context = None, fence: Fence = None
    ) -> bool:
        """Write the same values to all records, in one transaction."""
        return bool(self.execute(model, "write", ids=ids, vals=values, context=context, fence=fence))

    def web_save_multi(
        self,
        model: str,
        ids: Sequence[int],
        values_list: Sequence[Values],
        *,
        context: Context = None,
        fence: Fence = None,
    ) -> None:
        """Write each record its own values, in one transaction (Odoo 19)."""
        params = {"vals_list": values_list, "specification": {}}
        self.execute(model, "web_save_multi", ids=ids, context=context, fence=fence, **params)

    def unlink(self, model: str, ids: Sequence[int], *, context: Context = None, fence: Fence = None) -> bool:
        """Delete the records."""
        return bool(self.execute(model, "unlink", ids=ids, context=context, fence=fence))

    def default_get(self, model: str, fields: Sequence[str], *, context: Context = None) -> Record:
        """The values that new records of a model get by themselves; fields without one are absent."""
        answer: Record = self.execute(model, "default_get", fields=list(fields), context=context)
        return answer

    def fields_get(
        self,
        model: str,
        fields: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
        *,
        context: Context = None,
    ) -> dict[str, Record]:
        """The fields of the model: `{field: {"type": ..., "string": ..., "required": ...}}`."""
        params = _given(allfields=fields, attributes=attributes)
        answer: dict[str, Record] = self.execute(model, "fields_get", context=context, **params)
        return answer

    def load(
        self,
        model: str,
        fields: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        context: Context = None,
        fence: Fence = None,
    ) -> Record:
        """Odoo's import, all or nothing: `{"ids": [...] or False, "messages": [...]}`."""
        answer: Record = self.execute(model, "load", fields=fields, data=rows, context=context, fence=fence)
        return answer

    def may(self, model: str, operation: str) -> bool:
        """Whether the user's groups allow `read`, `create`, `write` or `unlink` on a model.

        Raises:
            AccessRefused: a user without any right may not even ask.
            ProtocolError, Refused: the server has no such model.
        """
        if self.version().major >= _HAS_ACCESS_SINCE:
            return bool(self.execute(model, "has_access", ids=[], operation=operation))
        return bool(self.execute(model, "check_access_rights", operation=operation, raise_exception=False))

    def display_name(self, model: str, ids: Sequence[int], *, context: Context = None) -> dict[int, str]:
        """The records' names as Odoo shows them, by id."""
        records = self.read(model, ids, ["display_name"], context=context)
        return {record["id"]: record["display_name"] for record in records}


def _given(**params: Any) -> dict[str, Any]:
    """The parameters that were given: Odoo has its own defaults for the others."""
    return {name: value for name, value in params.items() if value is not None}
