"""Plans that a person approved: by the digest of the plan file, who agreed, since when, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from odoo_etl.state.store import Store
from odoo_etl.state.tables import approvals

LASTS_S: Final = 86_400.0
REMEMBERED_S: Final = 365 * 86_400.0  # once it is over


@dataclass(frozen=True, slots=True)
class Approval:
    """A person has seen a plan and agreed to it.

    Attributes:
        digest: of the plan file: SHA-256 of its bytes, in hexadecimal digits.
        by: who agreed.
        at: when, in UTC.
        expires: from when on it no longer counts, in UTC.
    """

    digest: str
    by: str
    at: datetime
    expires: datetime


class Approvals:
    """The approvals of plans. Every method may raise StateError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def approve(self, digest: str, by: str, lasts_s: float = LASTS_S) -> Approval:
        """A person agrees to a plan; whoever agreed to it before no longer counts."""
        with self._store.write(durable=True) as connection:
            now = connection.execute(sa.select(self._store.clock())).scalar_one()
            connection.execute(approvals.delete().where(approvals.c.expires_at < now - REMEMBERED_S))
            row = {"digest": digest, "approved_by": by, "approved_at": now, "expires_at": now + lasts_s}
            self._store.put(connection, approvals, [row])
        return _approval(digest, by, now, now + lasts_s)

    def approved(self, digest: str) -> Approval | None:
        """The approval of a plan, as long as it counts."""
        return self._found((approvals.c.digest == digest) & (approvals.c.expires_at > self._store.clock()))

    def last(self, digest: str) -> Approval | None:
        """The last approval of a plan, also one that is over: to tell it from none at all."""
        return self._found(approvals.c.digest == digest)

    def withdraw(self, digest: str) -> bool:
        """It no longer counts; False where there was none."""
        with self._store.write(durable=True) as connection:
            return connection.execute(approvals.delete().where(approvals.c.digest == digest)).rowcount > 0

    def _found(self, condition: sa.ColumnElement[bool]) -> Approval | None:
        with self._store.read() as connection:
            row: Any = connection.execute(sa.select(approvals).where(condition)).one_or_none()
        return None if row is None else _approval(*row)


def _approval(digest: str, by: str, at: float, expires: float) -> Approval:
    return Approval(digest, by, datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(expires, UTC))
