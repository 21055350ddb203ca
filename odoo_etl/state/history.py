"""Reads of the ledger: rows of the store to entries, what calls of all runs add up to, runs before and after one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from odoo_etl.state.entries import CREATING, CallEntry, CreatedRecords, JobEntry, RunEntry, WritesSince
from odoo_etl.state.payload import from_text, pack, unpack
from odoo_etl.state.store import Store
from odoo_etl.state.tables import calls, images, jobs, runs

_PAGE_CALLS = 20  # each may hold the images of a chunk
_WROTE = ("create", "load", "update", "restore")
_LANDED = ("done", "settled")
_OPEN = ("sent", "unknown")
_CALLS = (
    sa.select(
        *(calls, images.c.before, images.c.after),
        *(jobs.c.run_id, jobs.c.job, jobs.c.part, jobs.c.group_id, jobs.c.details),
    )
    .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id).outerjoin(images, images.c.call_id == calls.c.id))
    .order_by(calls.c.id)
)
_wrote = calls.c.state.in_(_LANDED) & (calls.c.ids != pack([]))


def run_entry(row: sa.Row[Any]) -> RunEntry:
    """A row of `runs`."""
    finished = None if row.finished_at is None else datetime.fromtimestamp(row.finished_at, UTC)
    started = datetime.fromtimestamp(row.started_at, UTC)
    return RunEntry(row.id, row.command, row.parent, from_text(row.arguments), started, finished, row.exit_code)


def job_entry(row: sa.Row[Any]) -> JobEntry:
    """A row of `jobs`."""
    values = row._asdict()
    del values["partial"]
    return JobEntry(**{**values, "counts": from_text(row.counts), "details": from_text(row.details)})


def calls_of(store: Store, job_id: int, kinds: Sequence[str] | None) -> Iterator[CallEntry]:
    """The calls of a job in order; between pages nothing is held open."""
    query = _CALLS.where(calls.c.job_id == job_id).limit(_PAGE_CALLS)
    if kinds is not None:
        query = query.where(calls.c.kind.in_(kinds))
    last = 0
    while page := _entries(store, query.where(calls.c.id > last)):
        yield from page
        last = page[-1].id


def open_calls(store: Store, model: str, database: str) -> list[CallEntry]:
    """Calls without a known outcome."""
    return _entries(store, _CALLS.where(calls.c.state.in_(_OPEN), jobs.c.model == model, jobs.c.database == database))


def models(store: Store, database: str) -> set[str]:
    """The models that any job wrote to."""
    with store.read() as connection:
        return set(connection.execute(sa.select(jobs.c.model).where(jobs.c.database == database).distinct()).scalars())


def touched(store: Store, job: str, model: str, database: str) -> set[int]:
    """Ids of the model that landed calls of the job created or wrote, without those it deleted."""
    wrote: set[int] = set()
    gone: set[int] = set()
    for kind, ids in _landed(store, _ours(job, model, database), (*_WROTE, "unlink")):
        (gone if kind == "unlink" else wrote).update(ids)
    return wrote - gone


def begun(store: Store, job: str, model: str, database: str) -> set[int]:
    """Ids of the model that landed calls of the job created since the last whole run of which every row landed."""
    found = _landed(store, _since_whole(store, job, model, database), CREATING)
    return {each for _, ids in found for each in ids}


def may_have_begun(store: Store, job: str, model: str, database: str) -> bool:
    """Whether there are such calls, or some that may yet turn out to have landed."""
    query = (
        sa.select(calls.c.id)
        .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
        .where(_since_whole(store, job, model, database), calls.c.kind.in_(CREATING))
        .where(calls.c.state.in_((*_LANDED, *_OPEN)))
        .limit(1)
    )
    with store.read() as connection:
        return connection.execute(query).first() is not None


def _since_whole(store: Store, job: str, model: str, database: str) -> sa.ColumnElement[bool]:
    """The entries of a job since its last whole run of which every row landed."""
    ours = _ours(job, model, database)
    ended = sa.select(jobs.c.id, jobs.c.counts).where(ours, jobs.c.status == "done", jobs.c.partial.is_(False))
    with store.read() as connection:
        whole = [row.id for row in connection.execute(ended) if not from_text(row.counts).get("rejected")]
    return ours & (jobs.c.id > max(whole, default=0))


def created_in(store: Store, runs: Collection[str], job: str, model: str, database: str) -> set[int]:
    """Ids of the model that landed calls of the job created in some runs."""
    found = _landed(store, _ours(job, model, database) & jobs.c.run_id.in_(runs), CREATING)
    return {each for _, ids in found for each in ids}


def archived(store: Store, job: str, model: str, database: str) -> set[int]:
    """Ids of the model that landed calls of the job archived, and neither brought back nor deleted afterwards."""
    return _still_archived(store, _ours(job, model, database))


def archived_made(store: Store, model: str, database: str) -> set[int]:
    """The same of all jobs that create what lookups lack, of any job and field."""
    return _still_archived(store, _of_model(model, database) & jobs.c.details.contains('"made_for"', autoescape=True))


def archived_by_undo(store: Store, model: str, database: str) -> set[int]:
    """Ids of the model that a landed call of any undo archived, and no job brought back or deleted afterwards."""
    entries = _of_model(model, database)
    undos = entries & jobs.c.run_id.in_(sa.select(runs.c.id).where(runs.c.command == "undo"))
    return _still_archived(store, undos | (entries & (calls.c.kind != "archive")))


def last_stamp(store: Store, job: str, database: str, run_id: str = "") -> str:
    """The latest stamp of any call of the job, and of the run."""
    query = (
        sa.select(sa.func.max(calls.c.stamp))
        .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
        .where((jobs.c.job == job) | (jobs.c.run_id == run_id), jobs.c.database == database)
    )
    with store.read() as connection:
        return connection.execute(query).scalar_one() or ""


def taken_back(store: Store, model: str, database: str, job_id: int) -> dict[int, str]:
    """Record to when undo last wrote it, after that job: what some job did to it since, and what is undone."""
    undone = sa.alias(runs)
    query = (
        sa.select(calls.c.ids, calls.c.stamp)
        .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id).join(runs, runs.c.id == jobs.c.run_id))
        .join(undone, undone.c.id == runs.c.parent)
        .where(runs.c.command == "undo", undone.c.command != "undo")  # an undo that is undone brings it back
        .where(jobs.c.model == model, jobs.c.database == database, jobs.c.id > job_id, _wrote)
        .order_by(calls.c.id)
    )
    with store.read() as connection:
        return {each: row.stamp or "" for row in connection.execute(query) for each in unpack(row.ids)}


def written_later(store: Store, entry: JobEntry) -> WritesSince:
    """The records of a job's model that later runs wrote, and when Odoo carried out calls of any of these."""
    query = (
        sa.select(calls.c.ids, calls.c.stamp, jobs.c.model, jobs.c.run_id)
        .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
        .where(jobs.c.database == entry.database, jobs.c.id > entry.id, jobs.c.run_id != entry.run_id, _wrote)
        .order_by(calls.c.id)
    )
    found, stamps = dict[int, str](), set[str]()
    with store.read() as connection:
        for ids, stamp, of, run_id in connection.execute(query):
            stamps.add(stamp or "")
            if of == entry.model:
                found.update(dict.fromkeys(unpack(ids), run_id))
    return WritesSince(found, frozenset(stamps - {""}))


def created_since(store: Store, job: str, model: str, database: str, call_id: int) -> Iterator[CreatedRecords]:
    """The records that calls of the job after that one created, in order: up to the first of unknown outcome."""
    query = (
        sa.select(calls.c.id, calls.c.state, calls.c["keys"], calls.c.ids, calls.c.stamp)
        .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
        .where(jobs.c.job == job, jobs.c.model == model, jobs.c.database == database)
        .where(calls.c.kind.in_(CREATING), calls.c.state.in_((*_LANDED, *_OPEN)))
        .order_by(calls.c.id)
        .limit(_PAGE_CALLS)
    )
    last = call_id
    while True:
        with store.read() as connection:
            rows = connection.execute(query.where(calls.c.id > last)).all()
        for number, state, keys, ids, stamp in rows:
            if state in _OPEN:
                return
            yield CreatedRecords(number, unpack(keys), unpack(ids), stamp)
        if len(rows) < _PAGE_CALLS:
            return
        last = rows[-1].id


def keys_of(  # noqa: PLR0913, PLR0917 - of which records, and until when
    store: Store, job: str, model: str, database: str, ids: Collection[int], up_to: int | None = None
) -> dict[int, dict[str, Any]]:
    """Id to what the job last knew the record by; records that no landed call names with a key are absent.

    Args:
        up_to: the last entry of the job that counts.
    """
    if not ids:
        return {}
    query = (
        sa.select(calls.c.ids, calls.c["keys"])
        .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
        .where(jobs.c.job == job, jobs.c.model == model, jobs.c.database == database)
        .where(calls.c.state.in_(_LANDED), calls.c["keys"] != pack([]))
        .order_by(calls.c.id)
    )
    if up_to is not None:
        query = query.where(jobs.c.id <= up_to)
    found: dict[int, dict[str, Any]] = {}
    with store.read() as connection:
        for row in connection.execute(query):
            landed = unpack(row[0])
            if any(each in ids for each in landed):
                known = zip(landed, unpack(row[1]), strict=False)
                found.update({each: key for each, key in known if key and each in ids})
    return found


def _ours(job: str, model: str, database: str) -> sa.ColumnElement[bool]:
    """The entries of a job."""
    return (jobs.c.job == job) & (jobs.c.model == model) & (jobs.c.database == database)


def _of_model(model: str, database: str) -> sa.ColumnElement[bool]:
    """The entries of all jobs on a model."""
    return (jobs.c.model == model) & (jobs.c.database == database)


def _still_archived(store: Store, wanted: sa.ColumnElement[bool]) -> set[int]:
    """Ids that such calls archived, and neither brought back nor deleted afterwards."""
    found: set[int] = set()
    for kind, ids in _landed(store, wanted, ("archive", "unarchive", "unlink")):
        if kind == "archive":
            found.update(ids)
        else:
            found.difference_update(ids)
    return found


def _landed(store: Store, entries: sa.ColumnElement[bool], kinds: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Kind and ids of calls of such entries that landed, in order."""
    query = (
        sa.select(calls.c.kind, calls.c.ids)
        .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
        .where(entries, calls.c.kind.in_(kinds), calls.c.state.in_(_LANDED))
        .order_by(calls.c.id)
    )
    with store.read() as connection:
        return [(row.kind, unpack(row.ids)) for row in connection.execute(query)]


def _entries(store: Store, query: sa.Select[Any]) -> list[CallEntry]:
    with store.read() as connection:
        return [_call_entry(row) for row in connection.execute(query)]


def _call_entry(row: sa.Row[Any]) -> CallEntry:
    values = row._asdict()
    blobs = {name: values[name] and unpack(values[name]) for name in ("keys", "ids", "before", "after")}
    return CallEntry(**{**values, **blobs, "details": from_text(row.details)})


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
