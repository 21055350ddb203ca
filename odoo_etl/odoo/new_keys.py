"""New API keys, and the end of old ones, over the external API.

Odoo 19 of 2026 has `res.users.apikeys.generate` and `revoke`: who shows a key may make another one, where the user is
an administrator or the parameter `base.enable_programmatic_api_keys` is set. An older 19 has only the wizard of the
web client, which asks for the user's password, over JSON-2 alone (seen on Odoo 19.0: its identity check takes no API
key, and calls over the old protocols are no requests to it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from odoo_etl.errors import AccessRefused, CannotStart, ProtocolError, Refused
from odoo_etl.odoo.client import OdooClient
from odoo_etl.odoo.retry import RetryPolicy

SINCE: Final = 19
SCOPE: Final = "rpc"  # it opens the external API, and may be made by keys of this scope and by those of all
_KEYS: Final = "res.users.apikeys"
_DESCRIPTION: Final = "res.users.apikeys.description"
_IDENTITY: Final = "res.users.identitycheck"
_ONCE: Final = RetryPolicy(attempts=1)

Password = Callable[[], str]  # asked for when it is needed; "" where nobody tells it

BY_HAND: Final = (
    "make a new key in Odoo (My Preferences, Account Security, New API Key), put it where the old one is, see `odoo-etl"
    " doctor`, and delete the old one there"
)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was made.

    Attributes:
        key: the secret, which Odoo tells once.
        replaces: the number of the key that it stands for, where that is the only one of the user; else None.
    """

    key: str = field(repr=False)
    replaces: int | None = None


class KeyMaker(Protocol):
    """A way to make keys on a server."""

    def make(self, name: str, until: datetime) -> NewKey:
        """Make a key that is good until then (UTC). Raises OdooError."""
        ...

    def revoke(self, client: OdooClient, old: str, number: int | None) -> bool:
        """End a key; False where nobody can tell which one it is.

        Args:
            client: logs in with another key of the same user.
            number: of the key, where that is known.
        """
        ...


@dataclass(frozen=True, slots=True)
class ByKey:
    """Makes keys by showing one of the same user."""

    client: OdooClient
    key: str = field(repr=False)

    def make(self, name: str, until: datetime) -> NewKey:
        """Make a key that is good until then."""
        once, at = self.client.with_retry(_ONCE), _moment(until)
        made = once.execute(_KEYS, "generate", key=self.key, scope=SCOPE, name=name, expiration_date=at)
        return NewKey(str(made))

    def revoke(self, client: OdooClient, old: str, _number: int | None) -> bool:
        """End a key; one that has expired, or was ended before, is no key any more."""
        try:
            client.with_retry(_ONCE).execute(_KEYS, "revoke", key=old)
        except AccessRefused:
            return True
        return True


@dataclass(frozen=True, slots=True)
class ByPassword:
    """Makes keys as the web client does, which asks for the password once more."""

    client: OdooClient
    password: str = field(repr=False)

    def make(self, name: str, until: datetime) -> NewKey:
        """Make a key that is good until then."""
        before = self._numbers()
        values = {"name": name, "duration": "-1", "expiration_date": _moment(until)}  # -1: the date is the user's own
        wizard = self.client.create(_DESCRIPTION, values)
        made = self._checked(self.client, _DESCRIPTION, "make_key", wizard)
        key = str(made.get("context", {}).get("default_key", ""))
        if not key:
            raise ProtocolError(f"{_DESCRIPTION}.make_key gave no key; {BY_HAND}")
        return NewKey(key, before[0] if len(before) == 1 else None)

    def revoke(self, client: OdooClient, _old: str, number: int | None) -> bool:
        """End a key, where its number is known."""
        if number is None:
            return False
        self._checked(client, _KEYS, "remove", number)
        return True

    def _checked(self, client: OdooClient, model: str, method: str, number: int) -> dict[str, Any]:
        """Call a method that checks who we are, and show that."""
        once = client.with_retry(_ONCE)
        answer = once.execute(model, method, ids=[number])
        if isinstance(answer, dict) and answer.get("res_model") == _IDENTITY:
            answer = once.execute(_IDENTITY, "run_check", ids=[answer["res_id"]], context={"password": self.password})
        return answer if isinstance(answer, dict) else {}

    def _numbers(self) -> list[int]:
        """The keys of the user that open the external API."""
        domain = [["user_id", "=", self.client.authenticate()], ["scope", "in", [False, SCOPE]]]
        return self.client.search(_KEYS, domain)


def check_version(client: OdooClient) -> None:
    """Refuse a server that makes no keys for programs.

    Raises:
        CannotStart: it is older than Odoo 19.
    """
    if client.version().major < SINCE:
        raise CannotStart(f"{client.version().text} makes no API keys for programs, Odoo {SINCE} does: {BY_HAND}")


def make_key(client: OdooClient, key: str, password: Password, name: str, until: datetime) -> tuple[KeyMaker, NewKey]:
    """Make a key in whichever way the server has.

    Args:
        client: logs in with `key`.
        password: of the user, for a server that wants it.

    Returns:
        The way, and the key.

    Raises:
        CannotStart: neither way is open, and what would open one.
        OdooError: Odoo refused it (a duration that is too long), or did not answer.
    """
    by_key = ByKey(client, key)
    try:
        return by_key, by_key.make(name, until)
    except (ProtocolError, Refused) as refused:
        secret = password()
        if not secret:
            raise CannotStart(_closed(refused)) from refused
    by_password = ByPassword(client, secret)
    return by_password, by_password.make(name, until)


def _closed(refused: Exception) -> str:
    if isinstance(refused, ProtocolError):
        why = "this Odoo lets no program make a key with a key alone (19.0 of 2026 does)"
    else:
        why = f"Odoo refuses to make a key: {refused}"
    return (
        f"{why}; give the user's password (at the terminal, or `password` of the connection), have an administrator set"
        f" the parameter base.enable_programmatic_api_keys, or {BY_HAND}"
    )


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
