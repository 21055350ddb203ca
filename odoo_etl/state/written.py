"""The records that a run created and updated in a job, in little memory: eight bytes for each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from odoo_etl.state.entries import CREATING
from odoo_etl.state.payload import unpack
from odoo_etl.state.store import Store
from odoo_etl.state.tables import calls, jobs

_LANDED = ("done", "settled")
_UPDATING = ("update",)
_PAGE_CALLS = 100


class Ids:
    """Many ids, which may be asked for one by one."""

    def __init__(self) -> None:
        self._ids, self._sorted = array("q"), True

    def add(self, ids: list[int]) -> None:
        """These belong to them."""
        self._ids.extend(ids)
        self._sorted = False

    def __contains__(self, wanted: int) -> bool:
        """Whether an id is one of them."""
        if not self._sorted:
            self._ids, self._sorted = array("q", sorted(self._ids)), True
        place = bisect_left(self._ids, wanted)
        return place < len(self._ids) and self._ids[place] == wanted


@dataclass(frozen=True, slots=True)
class WrittenRecords:
    """The records that calls of a job created, and those that they updated."""

    created: Ids = field(default_factory=Ids)
    updated: Ids = field(default_factory=Ids)

    def action(self, record: int) -> str:
        """The deed of the run on a record; one that it created and then updated was created."""
        if record in self.created:
            return "created"
        return "updated" if record in self.updated else ""


def written_by(store: Store, entries: sa.ColumnElement[bool]) -> WrittenRecords:
    """The records of landed calls of some entries of jobs."""
    found = WrittenRecords()
    for kind, ids in _landed(store, entries):
        (found.created if kind in CREATING else found.updated).add(ids)
    return found


def entries_of_runs(run_ids: Sequence[str], group: str) -> sa.ColumnElement[bool]:
    """The entries of some runs, and other parts of a group, "" for none."""
    mine: sa.ColumnElement[bool] = jobs.c.run_id.in_(run_ids)
    if group:
        mine |= jobs.c.group_id == group
    return mine


def _landed(store: Store, entries: sa.ColumnElement[bool]) -> Iterator[tuple[str, list[int]]]:
    """Kind and ids of each call, in order; between pages nothing is held open."""
    query = (
        sa.select(calls.c.id, calls.c.kind, calls.c.ids)
        .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
        .where(entries, calls.c.kind.in_((*CREATING, *_UPDATING)), calls.c.state.in_(_LANDED))
        .order_by(calls.c.id)
        .limit(_PAGE_CALLS)
    )
    last = 0
    while True:
        with store.read() as connection:
            page = connection.execute(query.where(calls.c.id > last)).all()
        yield from ((kind, unpack(ids)) for _, kind, ids in page)
        if len(page) < _PAGE_CALLS:
            return
        last = page[-1].id
