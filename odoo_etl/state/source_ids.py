"""The id map: which record of a database came from which record of another one.

Each job keeps what its own rows stood for; a lookup asks all of them. So two jobs that make different records of one
are seen, and neither overwrites what the other says.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass
from typing import Any

import sqlalchemy as sa

from odoo_etl.state.store import Store
from odoo_etl.state.tables import source_ids, source_models


@dataclass(frozen=True, slots=True)
class CameFrom:
    """Whose records came from where.

    Attributes:
        database, model: of the records.
        source: the database that they came from.
        source_model: their model there.
    """

    database: str
    model: str
    source: str
    source_model: str


class IdMap:
    """The id map of all jobs, to which one of them adds. Every method may raise StateError."""

    def __init__(self, store: Store, job: str) -> None:
        self._store, self._job = store, job

    def records(self, came_from: CameFrom, ids: Collection[int]) -> dict[int, tuple[int, ...]]:
        """Source id to the ids of the records, whichever job noted them; unknown ones are absent."""
        where = (
            (source_models.c.database == came_from.database)
            & (source_models.c.model == came_from.model)
            & (source_models.c.source == came_from.source)
            & (source_models.c.source_model == came_from.source_model)
        )
        scopes = sa.select(source_models.c.number).where(where)
        found: dict[int, set[int]] = defaultdict(set)
        with self._store.read() as connection:
            for row in connection.execute(_asked(ids).where(source_ids.c.scope.in_(scopes))):
                found[row.source_id].add(row.record_id)
        return {each: tuple(sorted(records)) for each, records in found.items()}

    def note(self, came_from: CameFrom, pairs: Mapping[int, int]) -> None:
        """Keep source id to record in place of what the job said before; what it says already costs no write.

        Lost in a crash of the machine, together with what says that their rows are finished, they are noted anew.
        """
        number = self._number(came_from)
        with self._store.read() as connection:
            mine = connection.execute(_asked(pairs).where(source_ids.c.scope == number)).all()
        known = {row.source_id: row.record_id for row in mine}
        new = [
            {"scope": number, "source_id": each, "record_id": record}
            for each, record in pairs.items()
            if known.get(each) != record
        ]
        if not new:
            return
        names = ("database", "model", "source", "source_model")
        scope = {"number": number, "job": self._job, **dict(zip(names, astuple(came_from), strict=True))}
        with self._store.write(durable=False) as connection:
            self._store.put(connection, source_models, [scope])
            self._store.put(connection, source_ids, new)

    def _number(self, came_from: CameFrom) -> int:
        text = "\0".join((self._job, *astuple(came_from)))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def _asked(ids: Collection[int]) -> sa.Select[Any]:
    these: sa.BindParameter[int] = sa.bindparam("ids", sorted(ids), expanding=True, literal_execute=True)
    return sa.select(source_ids.c.source_id, source_ids.c.record_id).where(source_ids.c.source_id.in_(these))
