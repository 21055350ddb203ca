"""Things that runs learned: which records equal their source, which values Odoo keeps otherwise than sent.

A later run skips the comparison of the first, and takes the others for what they should be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from odoo_etl.state.store import Store
from odoo_etl.state.tables import kept, known

DIGEST_BYTES = 12


class KnownRecord(NamedTuple):
    """A record as it was when it was found equal.

    Attributes:
        digest: of the values that it was found equal to.
        write_date: as Odoo gave it.
    """

    id: int
    digest: bytes
    write_date: str


class KnownRecords:
    """Those of one job in one database, by a number for what they are found by. Every method may raise StateError."""

    def __init__(self, store: Store, scope: int) -> None:
        self._store, self._scope = store, scope

    def recall(self, places: Iterable[int]) -> dict[int, KnownRecord]:
        """Place to the record; unknown places are absent."""
        query = sa.select(known.c.place, known.c.record_id, known.c.digest, known.c.write_date)
        these: sa.BindParameter[int] = sa.bindparam(
            "places", sorted(places), expanding=True, literal_execute=True
        )  # numbers: quicker as text
        mine = query.where(known.c.scope == self._scope, known.c.place.in_(these))
        with self._store.read() as connection:
            return {place: KnownRecord(*one) for place, *one in connection.execute(mine)}

    def remember(self, records: Mapping[int, KnownRecord]) -> None:
        """Keep these in place of what was known; lost in a crash of the machine, they are only compared again."""
        if not records:
            return
        rows = [
            {
                "scope": self._scope,
                "place": place,
                "record_id": one.id,
                "digest": one.digest,
                "write_date": one.write_date,
            }
            for place, one in records.items()
        ]
        with self._store.write(durable=False) as connection:
            self._store.put(connection, known, rows)


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
