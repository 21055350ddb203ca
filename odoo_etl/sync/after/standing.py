"""Which records of Odoo the rows of a run stand for, and what became of them: heard while they are written."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from odoo_etl.mapping import Record, Row
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.read_back import AfterWrites, PassingOn, Standing

KINDS = ("unchanged", "updated", "created")  # a later one outweighs an earlier one


class Subject(NamedTuple):
    """A record that a step may be for.

    Attributes:
        record: as its rows want it; without rows where no row of the run stands for it.
        kind: how its rows were counted.
        rows: those of its rows that landed.
    """

    record: Record
    id: int
    kind: str
    rows: tuple[Row, ...]

    @classmethod
    def without_rows(cls, record_id: int) -> Subject:
        """A record that an earlier run wrote."""
        return cls(Record((record_id,), {}, [Row(0, "", ())]), record_id, "unchanged", ())


class Standings(PassingOn):
    """The records of a run by the hash of their keys; may be told from several lanes. It passes on what it hears.

    Args:
        second: hears of writes, too.
        every: records that need no write matter as well.
        owed: ids of records that matter in any case.
    """

    def __init__(self, second: AfterWrites, owed: Collection[int], *, every: bool) -> None:
        super().__init__(second)
        self._owed, self._every = owed, every
        self.notes = second.notes or every or bool(owed)
        self._known: dict[int, int] = {}  # to the id, and the place of the kind
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._known)

    def find(self, record: Record) -> tuple[int, str] | None:
        """The id of a record and its kind, where it was heard of."""
        found = self._known.get(hash(record.key))
        return None if found is None else (found // len(KINDS), KINDS[found % len(KINDS)])

    def ids(self, kinds: Collection[str]) -> Iterator[int]:
        """The ids of all records of some kinds."""
        wanted = {KINDS.index(kind) for kind in kinds}
        return (found // len(KINDS) for found in self._known.values() if found % len(KINDS) in wanted)

    def note(self, standing: Iterable[Standing]) -> None:
        """Rows stand for these records."""
        every = list(standing)
        if self._second.notes:
            self._second.note(every)
        mine = ((record, number) for record, number, _ in every if self._every or number in self._owed)
        self._hear(mine, "unchanged")

    def take(self, outcome: Outcome) -> None:
        """Remember what calls created and updated."""
        for kind, written in outcome.written:
            self._hear(((one.record, one.id) for one in written), "created" if kind == "create" else "updated")

    def _hear(self, records: Iterable[tuple[Record, int]], kind: str) -> None:
        place = KINDS.index(kind)
        with self._lock:
            for record, number in records:
                key = hash(record.key)
                before = self._known.get(key, 0) % len(KINDS)
                self._known[key] = number * len(KINDS) + max(before, place)
