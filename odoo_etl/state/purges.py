"""Forgetting: what runs replaced and were rejected, once they are old; one record, wherever calls speak of it.

Calls and their ids stay, and so do keys: a mirror removes only what it knows by them, and no second record is made of
a key whose record was given another one. `forget_records` takes a record out of them, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from odoo_etl.state.alive import is_alive
from odoo_etl.state.entries import RunEntry
from odoo_etl.state.history import run_entry
from odoo_etl.state.locks import LEASE_S
from odoo_etl.state.payload import pack, unpack
from odoo_etl.state.store import Store
from odoo_etl.state.tables import (
    calls,
    chunks,
    images,
    jobs,
    kept,
    known,
    locks,
    moves,
    purged,
    results,
    runs,
    source_ids,
    source_models,
)
from odoo_etl.state.tables import step_records as steps

BATCH = 200  # rows that one transaction deletes, so that runs which write meanwhile never wait for long
_OPEN = ("sent", "unknown")

Named = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Writer:
    """A job that wrote to a model of a database."""

    job: str
    model: str
    database: str


@dataclass(frozen=True, slots=True)
class Found:
    """A record that calls name by a key.

    Attributes:
        is_open: a call about it has no known outcome yet, so that its key is needed.
    """

    model: str
    database: str
    id: int
    is_open: bool = False


class Purges:
    """The upkeep of a ledger. Every method may raise StateError.

    Args:
        folder: of the files by which owners of locks are seen to live.
    """

    def __init__(self, store: Store, folder: Any) -> None:
        self._store, self._folder = store, folder

    # Runs

    def ended_before(self, moment: datetime) -> list[RunEntry]:
        """Runs that ended, or began and never ended, before that; without those that are purged. Oldest first."""
        ended = sa.func.coalesce(runs.c.finished_at, runs.c.started_at) < moment.timestamp()
        done = sa.select(purged.c.run_id).where(purged.c.done)
        query = sa.select(runs).where(ended, runs.c.id.not_in(done)).order_by(runs.c.number)
        with self._store.read() as connection:
            return [run_entry(row) for row in connection.execute(query)]

    def living(self) -> set[str]:
        """The runs that hold locks and whose processes live, as far as can be seen."""
        query = sa.select(locks.c.run_id, locks.c.alive, (self._store.clock() - locks.c.beat).label("age_s"))
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        return {row.run_id for row in rows if self._lives(row)}

    def _lives(self, row: Any) -> bool:
        seen = is_alive(self._folder, row.alive)
        return bool(row.age_s < LEASE_S) if seen is None else seen

    def with_open_parts(self) -> set[str]:
        """The runs that did parts of a job of which other parts are not done yet."""
        query = sa.select(jobs.c.job, jobs.c.database, jobs.c.group_id, jobs.c.part, jobs.c.run_id, jobs.c.status)
        newest: dict[tuple[str, str], dict[str, dict[str, tuple[str, str]]]] = {}
        with self._store.read() as connection:
            for row in connection.execute(query.where(jobs.c.part.like("%/%")).order_by(jobs.c.id)):
                groups = newest.setdefault((row.job, row.database), {})
                groups.setdefault(row.group_id, {})[row.part] = (row.run_id, row.status)
        last = [groups[next(reversed(groups))] for groups in newest.values()]
        return {run for parts in last if not _all_done(parts) for run, _ in parts.values()}

    def purged_at(self, run_id: str) -> datetime | None:
        """When a run was purged; None where it was not."""
        query = sa.select(purged.c.purged_at).where(purged.c.run_id == run_id)
        with self._store.read() as connection:
            at = connection.execute(query).scalar_one_or_none()
        return None if at is None else datetime.fromtimestamp(at, UTC)

    def forget_run(self, run_id: str) -> int:
        """Drop what the run replaced, its rejects and its results; of how many calls.

        It counts as purged from the first step on: what is half gone cannot be undone either.
        """
        self._mark(run_id, done=False)
        ours = sa.select(jobs.c.id).where(jobs.c.run_id == run_id)
        with_images = images.join(calls, calls.c.id == images.c.call_id)
        old = sa.select(images.c.call_id).select_from(with_images).where(calls.c.job_id.in_(ours))
        dropped = self._delete(images, images.c.call_id, old)
        for table in (chunks, results):
            self._delete(table, table.c.job_id, sa.select(table.c.job_id).distinct().where(table.c.job_id.in_(ours)))
        self._delete(moves, moves.c.id, sa.select(moves.c.id).where(moves.c.run_id == run_id))
        self._mark(run_id, done=True)
        return dropped

    def drop_images(self, before: datetime) -> int:
        """Drop what runs that ended earlier would need to be undone: images and moves; calls, keys and ids stay."""
        ended = sa.func.coalesce(runs.c.finished_at, runs.c.started_at) < before.timestamp()
        gone = sa.select(runs.c.id).where(ended)
        joined = images.join(calls, calls.c.id == images.c.call_id).join(jobs, jobs.c.id == calls.c.job_id)
        old = sa.select(images.c.call_id).select_from(joined).where(jobs.c.run_id.in_(gone))
        dropped = self._delete(images, images.c.call_id, old)
        self._delete(moves, moves.c.id, sa.select(moves.c.id).where(moves.c.run_id.in_(gone)))
        return dropped

    def _mark(self, run_id: str, *, done: bool) -> None:
        with self._store.write(durable=True) as connection:
            at = connection.execute(sa.select(self._store.clock())).scalar_one()
            self._store.put(connection, purged, [{"run_id": run_id, "purged_at": at, "done": done}])

    def _delete(self, table: sa.Table, key: sa.Column[Any], wanted: sa.Select[Any]) -> int:
        """Delete rows by a key, some at a time; how many."""
        total = 0
        while True:
            with self._store.read() as connection:
                some = connection.execute(wanted.limit(BATCH)).scalars().all()
            if not some:
                return total
            with self._store.write(durable=False) as connection:
                connection.execute(table.delete().where(key.in_(some)))
            total += len(some)

    # Records

    def writers(self, only: Collection[str] = ()) -> list[Writer]:
        """The jobs that wrote to models of databases.

        Args:
            only: names of jobs; none for all.
        """
        query = sa.select(jobs.c.job, jobs.c.model, jobs.c.database).where(jobs.c.database != "").distinct()
        with self._store.read() as connection:
            found = [Writer(*row) for row in connection.execute(query.order_by(jobs.c.job))]
        return [one for one in found if not only or one.job in only]

    def records_with(self, matches: Callable[[Named], bool], only: Collection[str] = ()) -> set[Found]:
        """The records that calls name by a key which matches."""
        found = set[Found]()
        for row in self._calls(sa.true()):
            if only and row.job not in only:
                continue
            keys, ids = unpack(row[1]), unpack(row.ids)
            if len(keys) != len(ids):
                ids = [0] * len(keys)  # sent, and nobody knows yet what it made
            is_open = row.state in _OPEN
            named = ((key, each) for key, each in zip(keys, ids, strict=True) if isinstance(key, dict) and key)
            found |= {Found(row.model, row.database, each, is_open) for key, each in named if matches(key)}
        return found

    def forget_records(self, found: Collection[Found], matches: Callable[[Named], bool]) -> int:
        """Take records out of all calls about them: ids, keys, what they held and were given; of how many calls."""
        places: dict[tuple[str, str], set[int]] = {}
        for one in found:
            places.setdefault((one.model, one.database), set()).add(one.id)
        changed = 0
        for (model, database), ids in places.items():
            condition = (jobs.c.model == model) & (jobs.c.database == database) & calls.c.state.not_in(_OPEN)
            for row in self._calls(condition):
                changed += self._forget_in(row, ids, matches)
        return changed

    def forget_known(self, scopes: Sequence[int], writer: Writer, ids: Collection[int]) -> None:
        """Drop what is known of records by number: that they are equal, what Odoo kept, which steps they had, whose
        records of other databases they came from.
        """
        mine = (steps.c.job == writer.job) & (steps.c.database == writer.database)
        whose = (source_models.c.job == writer.job) & (source_models.c.database == writer.database)
        maps = sa.select(source_models.c.number).where(whose, source_models.c.model == writer.model)
        with self._store.write(durable=False) as connection:
            for table in (known, kept):
                connection.execute(table.delete().where(table.c.scope.in_(scopes), table.c.record_id.in_(ids)))
            connection.execute(steps.delete().where(mine, steps.c.record_id.in_(ids)))
            connection.execute(source_ids.delete().where(source_ids.c.scope.in_(maps), source_ids.c.record_id.in_(ids)))

    def edit_rejects(self, edit: Callable[[dict[str, Any]], dict[str, Any]], only: Collection[str] = ()) -> int:
        """Put other rejects in place of those of finished chunks; of how many chunks they changed."""
        changed = 0
        for job_id in self._jobs_with(chunks, only):
            query = sa.select(chunks).where(chunks.c.job_id == job_id).order_by(chunks.c.number)
            for row in self._pages(query, chunks.c.number):
                old = unpack(row.rejects)
                if (new := [edit(one) for one in old]) != old:
                    this = (chunks.c.job_id == job_id) & (chunks.c.number == row.number)
                    self._put(chunks.update().where(this).values(rejects=pack(new)))
                    changed += 1
        return changed

    def edit_results(self, edit: Callable[[Any], Any], only: Collection[str] = ()) -> int:
        """The same of the results of jobs."""
        changed = 0
        for job_id in self._jobs_with(results, only):
            this = results.c.job_id == job_id
            with self._store.read() as connection:
                blob = connection.execute(sa.select(results.c.result).where(this)).scalar_one_or_none()
            old = None if blob is None else unpack(blob)
            if old is not None and (new := edit(old)) != old:
                self._put(results.update().where(this).values(result=pack(new)))
                changed += 1
        return changed

    def compact(self) -> bool:
        """Give back the room of what is gone, so that it is not in the file either; False while others use the store.

        PostgreSQL does so by itself (autovacuum).
        """
        return self._store.compact()

    def _calls(self, condition: sa.ColumnElement[bool]) -> Iterator[Any]:
        columns = (calls.c.id, calls.c["keys"], calls.c.ids, calls.c.state, calls.c.kind)
        query = sa.select(*columns, jobs.c.job, jobs.c.model, jobs.c.database)
        query = query.select_from(calls.join(jobs, jobs.c.id == calls.c.job_id)).where(condition).order_by(calls.c.id)
        yield from self._pages(query, calls.c.id)

    def _pages(self, query: sa.Select[Any], number: sa.Column[Any]) -> Iterator[Any]:
        """The rows of a query in the order of a number, some at a time; between pages nothing is held open."""
        last = -1
        while True:
            with self._store.read() as connection:
                page = connection.execute(query.where(number > last).limit(BATCH)).all()
            yield from page
            if len(page) < BATCH:
                return
            last = getattr(page[-1], number.name)

    def _jobs_with(self, table: sa.Table, only: Collection[str]) -> list[int]:
        query = sa.select(jobs.c.id).where(jobs.c.id.in_(sa.select(table.c.job_id)))
        if only:
            query = query.where(jobs.c.job.in_(only))
        with self._store.read() as connection:
            return list(connection.execute(query.order_by(jobs.c.id)).scalars())

    def _forget_in(self, row: Any, ids: Collection[int], matches: Callable[[Named], bool]) -> bool:
        """Whether a call spoke of any of the records."""
        keys, mine = unpack(row[1]), unpack(row.ids)
        gone = {place for place, each in enumerate(mine) if each in ids}
        gone |= {place for place, key in enumerate(keys) if isinstance(key, dict) and key and matches(key)}
        if not gone:
            return False
        length = max(len(mine), len(keys))
        with self._store.write(durable=False) as connection:
            kept_images = connection.execute(sa.select(images).where(images.c.call_id == row.id)).one_or_none()
            left = {"ids": pack(_without(mine, gone, length)), "keys": pack(_without(keys, gone, length))}
            connection.execute(calls.update().where(calls.c.id == row.id).values(**left))
            if kept_images is not None:
                pair = {name: _image_without(getattr(kept_images, name), gone, length) for name in ("before", "after")}
                connection.execute(images.update().where(images.c.call_id == row.id).values(**pair))
        return True

    def _put(self, statement: Any) -> None:
        with self._store.write(durable=False) as connection:
            connection.execute(statement)


def _all_done(parts: Mapping[str, tuple[str, str]]) -> bool:
    number = int(next(iter(parts)).partition("/")[2])
    return len(parts) == number and all(status == "done" for _, status in parts.values())


def _without(values: Sequence[Any], gone: Collection[int], length: int) -> list[Any]:
    """The values of a call without those of some of its records; a list that is not one a record stays."""
    if len(values) != length:
        return list(values)
    return [one for place, one in enumerate(values) if place not in gone]


def _image_without(blob: bytes | None, gone: Collection[int], length: int) -> bytes | None:
    """The same of an image; one that is not of each record goes whole, since nobody knows whose its parts are."""
    if blob is None:
        return None
    values = unpack(blob)
    return pack(_without(values, gone, length)) if len(values) == length else pack([])
