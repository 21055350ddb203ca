"""The runs after a run, and those before it: whether it may go on, or be fed again."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from odoo_etl.state.entries import CREATING, JobEntry
from odoo_etl.state.payload import pack, unpack
from odoo_etl.state.store import Store
from odoo_etl.state.tables import calls, jobs, runs

_LANDED = ("done", "settled")
_wrote = calls.c.state.in_(_LANDED) & (calls.c.ids != pack([]))


@dataclass(frozen=True, slots=True)
class LaterWrites:
    """The writes of a job's runs after one of them.

    Attributes:
        run_id: the newest of them, "" for none.
        came: the newest that began, whether it wrote or not.
        ids: records that they wrote.
    """

    run_id: str = ""
    came: str = ""
    ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Done:
    """The work that a run, and those that it went on with, had done of a job: records of landed calls."""

    created: int = 0
    updated: int = 0


class Lineage:
    """The runs before and after a run. Every method may raise StateError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, run_id: str) -> list[str]:
        """The run, and those that it goes on with, newest first."""
        line: list[str] = []
        while run_id:
            line.append(run_id)
            query = sa.select(runs.c.parent).where(runs.c.id == run_id, runs.c.command == "resume")
            with self._store.read() as connection:
                run_id = connection.execute(query).scalar_one_or_none() or ""
        return line

    def undone_by(self, run_id: str) -> str:
        """The run that undid this one, or one that it goes on with, and was not undone in turn; "" for none."""
        return next(filter(None, map(self._undone_by, self.of(run_id))), "")

    def _undone_by(self, run_id: str) -> str:
        wrote = sa.exists().where(jobs.c.run_id == runs.c.id, calls.c.job_id == jobs.c.id, _wrote)
        undone = (runs.c.exit_code == 0) | wrote  # one that had to leave every record alone took nothing back
        query = sa.select(runs.c.id).where(runs.c.command == "undo", runs.c.parent == run_id, undone)
        with self._store.read() as connection:
            found = connection.execute(query.order_by(runs.c.number.desc())).scalars().all()
        return next((one for one in found if not self._undone_by(one)), "")

    def written_after(self, entry: JobEntry, asking: str = "") -> LaterWrites:
        """The writes of other runs after a job's entry; its other parts, and retries of its rejects, do not count.

        Args:
            asking: the run that goes on with the entry, whose parts begin one after the other.
        """
        others = (jobs.c.job == entry.job) & (jobs.c.model == entry.model) & (jobs.c.id > entry.id)
        others &= jobs.c.run_id.not_in((entry.run_id, asking)) & _same_database(entry)
        if entry.group_id:
            others &= jobs.c.group_id != entry.group_id
        fed_again = (runs.c.command == "retry") & (runs.c.parent == entry.run_id)
        others &= sa.not_(sa.func.coalesce(fed_again, sa.false()))
        known = jobs.outerjoin(runs, runs.c.id == jobs.c.run_id)
        wrote = sa.select(jobs.c.run_id, calls.c.ids).select_from(known.join(calls, calls.c.job_id == jobs.c.id))
        came = sa.select(jobs.c.run_id).select_from(known).where(others).order_by(jobs.c.id.desc()).limit(1)
        with self._store.read() as connection:
            newest = connection.execute(came).scalar_one_or_none() or ""
            found = connection.execute(wrote.where(others, _wrote).order_by(calls.c.id)).all() if newest else []
        ids = {each for row in found for each in unpack(row.ids)}
        return LaterWrites(found[-1].run_id if found else "", newest, frozenset(ids))

    def done_before(self, entry: JobEntry) -> Done:
        """The work that the run of an entry, and those that it went on with, did of the same part of the job."""
        line = self.of(entry.run_id)
        mine = (jobs.c.job == entry.job) & (jobs.c.part == entry.part) & jobs.c.run_id.in_(line)
        query = sa.select(calls.c.kind, calls.c.ids).select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
        query = query.where(mine, _same_database(entry), _wrote, calls.c.kind.in_((*CREATING, "update")))
        created, updated = set[int](), set[int]()
        with self._store.read() as connection:
            for kind, ids in connection.execute(query):
                (created if kind in CREATING else updated).update(unpack(ids))
        return Done(len(created), len(updated - created))


def _same_database(entry: JobEntry) -> sa.ColumnElement[bool]:
    """By the entry itself, whose mark may have been taken over since it was read."""
    of_entry = sa.select(jobs.c.database).where(jobs.c.id == entry.id)
    return jobs.c.database.in_(of_entry)
