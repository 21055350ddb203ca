"""Ids that records have in the database which rows come from, and the records here that came from them.

They are noted as soon as a record is known to stand for its row, so that rows of the same job which come later, and
other jobs, find it. A plan notes them for itself alone, those of records that it would create among them.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from odoo_etl.mapping import Record
from odoo_etl.state import CameFrom
from odoo_etl.sync.existing.resolved import Ids


class KeepsIds(Protocol):
    """Keeps what is known, by place: the ledger's `IdMap`, `PlannedIds` of a plan."""

    def records(self, came_from: CameFrom, ids: Collection[int]) -> Mapping[int, Ids]:
        """Source id to the ids of the records."""
        ...

    def note(self, came_from: CameFrom, pairs: Mapping[int, int]) -> None:
        """Keep source id to record."""


class KnownIds(Protocol):
    """Finds records by the ids that they have elsewhere."""

    def records(self, model: str, source_model: str, ids: Collection[int]) -> Mapping[int, Ids]:
        """Source id to the ids of the records that came from it; unknown ones are absent."""
        ...


class NotesIds(KnownIds, Protocol):
    """Takes note of which records came from which, besides.

    Attributes:
        notes: whether the rows have ids.
    """

    notes: bool

    def begin(self, columns: Sequence[str]) -> None:
        """The rows have these columns."""

    def note(self, standing: Iterable[tuple[Record, int]]) -> None:
        """Rows stand for these records, by their ids."""


class NoIds:
    """Knows of none: the rows come from no Odoo, or nobody keeps a ledger."""

    notes = False

    def begin(self, columns: Sequence[str]) -> None:
        """Look for no ids among them."""

    def records(self, _model: str, _source_model: str, _ids: Collection[int]) -> Mapping[int, Ids]:
        """No records."""
        return {}

    def note(self, standing: Iterable[tuple[Record, int]]) -> None:
        """Keep nothing."""


class PlannedIds:
    """The source ids that a plan knows, of all its jobs; may be used from several lanes.

    Args:
        wanted: model and source model of the lookups that may ask.
    """

    def __init__(self, wanted: Collection[tuple[str, str]]) -> None:
        self._wanted = frozenset(wanted)
        self._known: dict[CameFrom, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._lock = threading.Lock()

    def records(self, came_from: CameFrom, ids: Collection[int]) -> dict[int, Ids]:
        """Source id to the ids of the records, those that the plan made up among them."""
        with self._lock:
            known = self._known.get(came_from, {})
            return {each: tuple(sorted(known[each])) for each in ids if each in known}

    def note(self, came_from: CameFrom, pairs: Mapping[int, int]) -> None:
        """Keep source id to record, where a lookup may ask for it."""
        if (came_from.model, came_from.source_model) not in self._wanted:
            return
        with self._lock:
            for each, record in pairs.items():
                self._known[came_from][each].add(record)


class Place(NamedTuple):
    """Where the ids of a job's rows stand.

    Attributes:
        model: of the records that the job writes.
        source_model: the model of its rows.
        column: the one with their ids; "" where the source has none.
    """

    model: str
    source_model: str
    column: str


class SourceIds:
    """The source ids of one job's rows; may be used from several lanes.

    Args:
        databases: answers which database the job writes to, and which one its rows come from.
        kept: what the ledger keeps.
        planned: what the plan knows; None in a run, which writes it to the ledger.

    Attributes:
        notes: whether the rows have ids.
    """

    def __init__(
        self, place: Place, databases: Callable[[], tuple[str, str]], kept: KeepsIds, planned: KeepsIds | None
    ) -> None:
        self._place, self._find_databases, self._kept, self._planned = place, databases, kept, planned
        self._at, self.notes = -1, False

    @cached_property
    def _databases(self) -> tuple[str, str]:
        return self._find_databases()

    def begin(self, columns: Sequence[str]) -> None:
        """The rows have these columns."""
        column = self._place.column
        self._at = columns.index(column) if column in columns else -1
        self.notes = self._at >= 0

    def records(self, model: str, source_model: str, ids: Collection[int]) -> Mapping[int, Ids]:
        """Source id to the ids of the records that came from it; unknown ones are absent."""
        came_from = self._came_from(model, source_model)
        kept = self._kept.records(came_from, ids)
        planned = self._planned.records(came_from, ids) if self._planned is not None else {}
        return {each: tuple({*kept.get(each, ()), *planned.get(each, ())}) for each in {*kept, *planned}}

    def note(self, standing: Iterable[tuple[Record, int]]) -> None:
        """Rows stand for these records, by their ids."""
        if not self.notes:
            return
        pairs = {each: number for record, number in standing if number for each in self._of(record)}
        if pairs:
            noted = self._kept if self._planned is None else self._planned
            noted.note(self._came_from(self._place.model, self._place.source_model), pairs)

    def _of(self, record: Record) -> Iterable[int]:
        cells: list[Any] = [row.cells[self._at] for row in record.rows]
        return [cell for cell in cells if type(cell) is int]

    def _came_from(self, model: str, source_model: str) -> CameFrom:
        database, source = self._databases
        return CameFrom(database, model, source, source_model)
