"""How long an API key is good for: what Odoo says of the keys of the user that we are (from Odoo 18 on)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from odoo_etl.errors import OdooError
from odoo_etl.odoo.client import OdooClient
from odoo_etl.odoo.retry import RetryPolicy

WARN_DAYS: Final = 14
_SINCE: Final = 18  # before, keys do not expire
_KEYS: Final = "res.users.apikeys"
REMEDY: Final = "make a new one: `odoo-etl key rotate` (Odoo 19), or in Odoo (My Preferences, Account Security)"
_FOR_CALLS: Final = (False, "rpc")  # scopes of keys that open the external API


@dataclass(frozen=True, slots=True)
class KeyExpiry:
    """The end of an API key.

    Attributes:
        name: that its owner gave it.
        at: when it expires; None for never.
        others: how many more keys the user has, so that it may be another one that we use: this is the first to expire.
    """

    name: str
    at: datetime | None
    others: int = 0

    def days_left(self, now: datetime) -> int | None:
        """Whole days until then; negative once it has expired, None where it never does."""
        return None if self.at is None else (self.at - now) // timedelta(days=1)

    def warning(self, now: datetime) -> str:
        """The sentence for a key that expires soon; "" where there is time."""
        left = self.days_left(now)
        if self.at is None or left is None or left > WARN_DAYS:
            return ""
        return f"{self.described(now)}; {REMEDY} before that"

    def described(self, now: datetime) -> str:
        """When it expires, and which it is."""
        whose = f"the API key {self.name!r}"
        if self.others:
            whose = f"of {self.others + 1} API keys of the user, any of which may be ours, {self.name!r}"
        left = self.days_left(now)
        if self.at is None or left is None:
            return f"{whose} does not expire"
        first = "is the first to expire" if self.others else "expires"
        return f"{whose} {first}: {self.at:%Y-%m-%d}, {'today' if left <= 0 else _days(left)}"


def _days(left: int) -> str:
    return "in 1 day" if left == 1 else f"in {left} days"


def key_expiry(client: OdooClient, now: datetime) -> KeyExpiry | None:
    """The key that we use, or of several the first to expire, asked once; None where Odoo does not say.

    Keys that have expired are not ours, which opens the door, as long as another one has not.
    """
    once = client.with_retry(RetryPolicy(attempts=1))
    try:
        if client.version().major < _SINCE:
            return None
        domain = [["user_id", "=", client.authenticate()], ["scope", "in", list(_FOR_CALLS)]]
        rows = once.search_read(_KEYS, domain, ["name", "expiration_date"])
        live = [row for row in rows if (_moment(row["expiration_date"]) or now) >= now]
        return first_to_expire(live or rows)
    except OdooError:  # the model cannot be read, or the server has gone: it is worth no error
        return None


def first_to_expire(rows: Sequence[dict[str, Any]]) -> KeyExpiry | None:
    """The one of some keys that expires first."""
    keys = [(_moment(row["expiration_date"]), str(row["name"])) for row in rows]
    if not keys:
        return None
    at, name = min(keys, key=lambda one: one[0] or datetime.max.replace(tzinfo=UTC))
    return KeyExpiry(name, at, len(keys) - 1)


def _moment(text: Any) -> datetime | None:
    """Odoo writes times in UTC, without a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
