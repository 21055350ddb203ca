"""The protocol of transports, and the credentials that all of them carry."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Protocol

from odoo_etl.errors import AccessRefused, CannotStart, OdooError
from odoo_etl.odoo.call import Call
from odoo_etl.odoo.faults import ACCESS_DENIED, Fault, NotServed, error_from
from odoo_etl.odoo.transports.http import Http
from odoo_etl.text import redacted

USER_AGENT = "odoo-etl"


@dataclass(frozen=True, slots=True)
class Login:
    """Database, user and secrets; the secrets are in no `repr` and are taken out of every error text."""

    db: str = ""
    user: str = ""
    api_key: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def secret(self) -> str:
        """The secret that the old protocols take as password: the API key, or else the password.

        Raises:
            CannotStart: database, user or secret is missing.
        """
        given = {"db": self.db, "user": self.user, "api_key (or password)": self.api_key or self.password}
        missing = [name for name, value in given.items() if not value]
        if missing:
            raise CannotStart(f"the connection lacks {', '.join(missing)}; XML-RPC and JSON-RPC need them to log in")
        return self.api_key or self.password

    def error(self, fault: Fault, where: str) -> OdooError:
        """The error for an answer of Odoo, with the secrets redacted."""
        return error_from(Fault(*map(self.redact, (fault.name, fault.message, fault.debug))), where)

    def refused(self, where: str = "login") -> AccessRefused:
        """The error for a login that Odoo does not know."""
        return AccessRefused(
            f"{where}: Odoo refused user {self.user!r} on database {self.db!r}; "
            "check user, api_key (or password) and db of the connection",
            name=ACCESS_DENIED,
        )

    def redact(self, text: str) -> str:
        """Remove the secrets from text that somebody else wrote."""
        return redacted(text, (self.api_key, self.password))


class Transport(Protocol):
    """Carries calls over one protocol. Sends each call once: retrying is the client's matter.

    Attributes:
        name: the protocol's name in a connection.
        needs_uid: True where `send` wants the user's id, which `authenticate` gives.
    """

    name: str
    needs_uid: bool

    def authenticate(self) -> int:
        """Ask Odoo who we are: the user's id. One request.

        Raises:
            AccessRefused: unknown user, wrong secret.
            OdooError: see `http.Http.request` and `faults.error_from`.
        """

    def send(self, call: Call, uid: int) -> Any:
        """Send the call and return Odoo's answer; `uid` is the user's id where the protocol wants it."""


class ServiceTransport(ABC):
    """A transport through Odoo's services `common` and `object`, which XML-RPC and JSON-RPC have in common."""

    name: str
    needs_uid = True

    def __init__(self, http: Http, login: Login) -> None:
        self._http = http
        self._login = login
        self._secret = login.secret()

    def authenticate(self) -> int:
        """`common.authenticate`; Odoo answers False for a login it does not know."""
        login = self._login
        uid = self._ask("common", "authenticate", [login.db, login.user, self._secret, {}], "login")
        if not uid:
            raise login.refused()
        return int(uid)

    def send(self, call: Call, uid: int) -> Any:
        """`object.execute_kw`."""
        args, kwargs = call.by_position()
        params = [self._login.db, uid, self._secret, call.model, call.method, args, kwargs]
        return self._ask("object", "execute_kw", params, str(call))

    @abstractmethod
    def _ask(self, service: str, method: str, args: list[Any], where: str) -> Any:
        """The result of one call of a service's method."""


def old_not_served(url: str, path: str, where: str) -> NotServed:
    """The error for a server that does not serve a path of the old protocols."""
    return NotServed(
        f"{where}: {url} does not serve {path}; where the old protocols are switched off, "
        "use protocol json2 with an api_key"
    )
