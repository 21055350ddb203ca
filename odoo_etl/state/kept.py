"""Values that Odoo keeps otherwise than they were sent: later runs take such records for what they should be."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from odoo_etl.state.store import Store
from odoo_etl.state.tables import kept

DIGEST_BYTES = 12


class KeptValue(NamedTuple):
    """A value that one field of one record was sent, and what Odoo kept of it, both as `value_digest` has them.

    Attributes:
        same: the kept value is the sent one in a form of Odoo's own; else Odoo did not keep it.
    """

    id: int
    field: str
    sent: bytes
    kept: bytes
    same: bool


def value_digest(value: Any) -> bytes:
    """A short hash of a value; the same for equal JSON, whatever the order of its keys."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=repr)
    except orjson.JSONEncodeError:  # half a character, an integer of more than 64 bits
        text = repr(value).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).digest()


class KeptValues:
    """Those of one job in one database. Every method may raise StateError."""

    def __init__(self, store: Store, scope: int) -> None:
        self._store, self._scope = store, scope
        self._mine = sa.select(kept.c.record_id, kept.c.field, kept.c.sent, kept.c.kept, kept.c.same).where(
            kept.c.scope == scope
        )

    def any(self) -> bool:
        """Whether anything is known."""
        with self._store.read() as connection:
            return connection.execute(self._mine.limit(1)).first() is not None

    def fields(self) -> set[str]:
        """The fields of which anything is known."""
        with self._store.read() as connection:
            mine = sa.select(kept.c.field).where(kept.c.scope == self._scope).distinct()
            return set(connection.execute(mine).scalars())

    def recall(self, ids: Iterable[int]) -> dict[tuple[int, str], KeptValue]:
        """Record and field to what is known of them."""
        these: sa.BindParameter[int] = sa.bindparam("ids", sorted(ids), expanding=True, literal_execute=True)
        with self._store.read() as connection:
            rows = connection.execute(self._mine.where(kept.c.record_id.in_(these)))
            return {(row[0], row[1]): KeptValue(*row) for row in rows}

    def remember(self, values: Collection[KeptValue]) -> None:
        """Keep these in place of what was known; lost in a crash of the machine, they are sent and read once more."""
        if not values:
            return
        rows = [
            {"scope": self._scope, "record_id": one.id, **dict(zip(KeptValue._fields[1:], one[1:], strict=True))}
            for one in values
        ]
        with self._store.write(durable=False) as connection:
            self._store.put(connection, kept, rows)
