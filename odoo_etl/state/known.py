"""Records that runs found equal to their source: what lets a later run skip the comparison of their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from odoo_etl.state.store import Store
from odoo_etl.state.tables import known


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
