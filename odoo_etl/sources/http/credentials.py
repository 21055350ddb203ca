"""Proofs of who asks: tokens, passwords and keys, as headers or parameters of a request."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from typing import Protocol
from urllib.parse import quote_plus, urlencode

from odoo_etl.errors import SourceError
from odoo_etl.spec.sources import BasicAuth, BearerAuth, HeaderAuth, HttpAuth, OAuth2Auth, OAuth2Client
from odoo_etl.text import keep_secret

AskToken = Callable[[str, bytes, Mapping[str, str]], bytes]  # URL, body, headers to the answer

_EARLY_S = 30.0  # a token is asked for anew so long before it expires
_AT = ("source", "auth")


class Credentials(Protocol):
    """The proof that goes with each request.

    Attributes:
        params: parameters of the address.
    """

    params: Mapping[str, str]

    def headers(self) -> Mapping[str, str]:
        """The headers for the next request. Raises SourceError: there is no token to be had."""
        ...

    def renew(self) -> bool:
        """Whether other ones may be taken, since the server refuses these."""
        ...

    @property
    def secrets(self) -> Collection[str]:
        """The texts that must not be shown."""
        ...


class Fixed:
    """The same with each request."""

    def __init__(
        self,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        secrets: Collection[str] = (),
    ) -> None:
        self._headers, self.params, self.secrets = headers or {}, params or {}, secrets

    def headers(self) -> Mapping[str, str]:
        """Those that were given."""
        return self._headers

    def renew(self) -> bool:
        """There are no others."""
        return False


class ClientCredentials:
    """A token of OAuth 2, asked for when it is needed and when it has expired.

    Args:
        ask: sends a request for a token.
        clock: seconds, from any beginning on.
    """

    def __init__(self, spec: OAuth2Client, ask: AskToken, clock: Callable[[], float] = time.monotonic) -> None:
        self._spec, self._ask, self._clock = spec, ask, clock
        self._token, self._until = "", 0.0
        self.params: Mapping[str, str] = {}

    def headers(self) -> Mapping[str, str]:
        """The token, a new one where the last one has expired."""
        if not self._token or self._clock() >= self._until:
            self._take()
        return {"Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        """A new token is asked for next time: this one may have been taken back."""
        self._token = ""
        return True

    @property
    def secrets(self) -> Collection[str]:
        """The secret of the client, and the token."""
        return {self._spec.client_secret.get_secret_value(), self._token} - {""}

    def _take(self) -> None:
        spec, secret = self._spec, self._spec.client_secret.get_secret_value()
        form = {"grant_type": "client_credentials", **({"scope": spec.scope} if spec.scope else {}), **spec.params}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if spec.client == "header":
            headers["Authorization"] = basic(quote_plus(spec.client_id), quote_plus(secret))
        else:
            form |= {"client_id": spec.client_id, "client_secret": secret}
        answer = self._ask(spec.token_url.get_secret_value(), urlencode(form).encode(), headers)
        self._token, lasts_s = _token_in(answer)
        keep_secret({self._token})
        self._until = self._clock() + max(lasts_s - _EARLY_S, lasts_s / 2)


def credentials(auth: HttpAuth | None, ask: AskToken) -> Credentials:
    """The proof that goes with each request of a source."""
    if auth is None:
        return Fixed()
    if isinstance(auth, OAuth2Auth):
        return ClientCredentials(auth.oauth2, ask)
    if isinstance(auth, BearerAuth):
        return Fixed({"Authorization": f"Bearer {auth.bearer.get_secret_value()}"}, secrets=auth.secrets)
    if isinstance(auth, BasicAuth):
        return Fixed({"Authorization": basic(auth.user, auth.password.get_secret_value())}, secrets=auth.secrets)
    if isinstance(auth, HeaderAuth):
        return Fixed({auth.header: auth.value.get_secret_value()}, secrets=auth.secrets)
    return Fixed(params={auth.param: auth.value.get_secret_value()}, secrets=auth.secrets)


def basic(user: str, password: str) -> str:
    """The header `Authorization` of a user and a password."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def _token_in(answer: bytes) -> tuple[str, float]:
    """The token of an answer, and for how many seconds it is good."""
    try:
        found = json.loads(answer)
        token, lasts = found["access_token"], found.get("expires_in")
    except (ValueError, TypeError, KeyError, AttributeError):
        token, lasts = "", None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise SourceError("the answer of token_url has no access_token (check auth.oauth2)", _AT)
    known = isinstance(lasts, int | float | str) and str(lasts).isdecimal()
    return token, float(lasts or 0) if known else 3600.0
