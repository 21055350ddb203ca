"""The ledger of one job of a run: each write before it is sent, its outcome, and each finished chunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from odoo_etl.state.entries import ChunkEntry
from odoo_etl.state.locks import Fence, Lock
from odoo_etl.state.payload import from_text, pack, to_text, unpack
from odoo_etl.state.store import Store
from odoo_etl.state.tables import calls, chunks, images, jobs, results

# Made once: SQLAlchemy needs longer to make a statement than to carry it out.
_OUTCOME = calls.update().where(calls.c.id == sa.bindparam("call"))
_OUTCOME_ALONE = _OUTCOME.values(state=sa.bindparam("outcome"))
_OUTCOME_WITH_IDS = _OUTCOME.values(state=sa.bindparam("outcome"), ids=sa.bindparam("landed"))
_STAMP = _OUTCOME.values(stamp=sa.bindparam("given"))


class JobLedger:
    """The entry of a job that runs; any number of threads may use it. Every method may raise StateError.

    An intent (`sent`) is on the disk when it returns. Outcomes survive the death of this process; when the machine
    dies, the last of them may be missing: their calls are then open, never wrong.
    """

    def __init__(self, store: Store, job_id: int, held: Sequence[Lock] = ()) -> None:
        self._store, self.id, self._fence = store, job_id, Fence(held)
        self._intent = calls.insert().values(sent_at=store.clock())
        self._sent_now = _OUTCOME.values(sent_at=store.clock())

    def gathered(self, source_hash: str, rows: int) -> None:
        """The source was read: its fingerprint and how many rows it has."""
        self._update_job(source_hash=source_hash, rows=rows)

    def sent(  # noqa: PLR0913 - what a call is about, all by name
        self,
        chunk: int,
        kind: str,
        *,
        keys: Sequence[Any] = (),
        ids: Sequence[int] = (),
        before: Sequence[Mapping[str, Any]] | None = None,
        after: Sequence[Mapping[str, Any]] | None = None,
    ) -> int:
        """Store the intent of a call, durably, and return the number of the call; only while we hold our locks."""
        entry = {"job_id": self.id, "chunk": chunk, "kind": kind, "state": "sent"}
        blobs = {"ids": pack(ids), "keys": pack(keys)}
        kept = {"before": None if before is None else pack(before), "after": None if after is None else pack(after)}
        with self._store.write(durable=True) as connection:
            self._fence.check(connection)
            added = connection.execute(self._intent, {**entry, **blobs})
            call_id = new_id(added)
            if before is not None or after is not None:
                connection.execute(images.insert(), {"call_id": call_id, **kept})
        return call_id

    def again(self, call_id: int) -> None:
        """The call is sent only now, or once more: store when, durably; only while we hold our locks.

        Whoever settles the call counts from there, however often the settling was broken off. Raises StateError: one
        of our locks is lost.
        """
        with self._store.write(durable=True) as connection:
            self._fence.check(connection)
            connection.execute(self._sent_now, {"call": call_id})

    def done(self, call_id: int, ids: Sequence[int] | None = None) -> None:
        """The call landed; `ids` of records that it created."""
        set_state(self._store, call_id, "done", ids)

    def refused(self, call_id: int) -> None:
        """Odoo refused the call: nothing of it landed."""
        set_state(self._store, call_id, "refused")

    def unknown(self, call_id: int) -> None:
        """No answer came."""
        set_state(self._store, call_id, "unknown")

    def settled(self, call_id: int, ids: Sequence[int]) -> None:
        """The outcome of an unknown call was found out: `ids` landed, none when it is empty."""
        settle(self._store, call_id, ids)

    def stamp(self, stamps: Mapping[int, str]) -> None:
        """Number of a call to the `write_date` that Odoo gave its records."""
        if not stamps:
            return
        with self._store.write(durable=False) as connection:
            connection.execute(_STAMP, [{"call": call, "given": stamp} for call, stamp in stamps.items()])

    def confirmed(self, chunk: int, counts: Mapping[str, int], rejects: Sequence[Mapping[str, Any]] = ()) -> None:
        """The chunk is finished: nothing of it is to be sent again."""
        row = {"job_id": self.id, "number": chunk, "counts": to_text(dict(counts)), "rejects": pack(rejects)}
        with self._store.write(durable=False) as connection:
            self._store.put(connection, chunks, [row])

    def confirmed_chunks(self) -> dict[int, ChunkEntry]:
        """Finished chunks by number, those taken over included."""
        query = sa.select(chunks).where(chunks.c.job_id == self.id).order_by(chunks.c.number)
        with self._store.read() as connection:
            return {
                row.number: ChunkEntry(row.number, from_text(row.counts), unpack(row.rejects))
                for row in connection.execute(query)
            }

    def copy_confirmed(self, from_job_id: int) -> None:
        """Take over the finished chunks of an earlier entry of the same job."""
        names = [column.name for column in chunks.columns]
        taken = sa.select(sa.literal(self.id), *(chunks.c[name] for name in names[1:]))
        with self._store.write(durable=False) as connection:
            connection.execute(chunks.insert().from_select(names, taken.where(chunks.c.job_id == from_job_id)))

    def finish(self, status: str, counts: Mapping[str, int], result: Mapping[str, Any] | None = None) -> None:
        """The job ended, well or not; with what there is to say of it besides its counts."""
        with self._store.write(durable=False) as connection:
            self._end(connection, status, counts, result)

    def finish_unless_last(
        self, parts: int, counts: Mapping[str, int], result: Mapping[str, Any] | None = None
    ) -> bool:
        """The part ended well; True, and nothing is stored yet, where all the others of its group have.

        Exactly one of them is the last, and what it does then is done before anybody sees it as done.
        """
        mine = sa.select(jobs.c.job, jobs.c.database, jobs.c.group_id, jobs.c.part).where(jobs.c.id == self.id)
        with self._store.write(durable=True) as connection:
            job, database, group, part = connection.execute(mine).one()
            self._store.queue_up(connection, f"{job} {database} {group}")
            newest = (
                sa.select(sa.func.max(jobs.c.id))
                .where(jobs.c.job == job, jobs.c.database == database, jobs.c.group_id == group)
                .where(jobs.c.part.like(f"%/{parts}"), jobs.c.part != part)
                .group_by(jobs.c.part)
            )
            done = sa.select(sa.func.count()).where(jobs.c.id.in_(newest), jobs.c.status == "done")
            if connection.execute(done).scalar_one() == parts - 1:
                return True
            self._end(connection, "done", counts, result)
        return False

    def _end(
        self, connection: sa.Connection, status: str, counts: Mapping[str, int], result: Mapping[str, Any] | None
    ) -> None:
        ended = {"status": status, "counts": to_text(dict(counts))}
        connection.execute(jobs.update().where(jobs.c.id == self.id).values(**ended))
        if result is not None:
            self._store.put(connection, results, [{"job_id": self.id, "result": pack(dict(result))}])

    def _update_job(self, **values: Any) -> None:
        with self._store.write(durable=False) as connection:
            connection.execute(jobs.update().where(jobs.c.id == self.id).values(**values))


def new_id(added: sa.CursorResult[Any]) -> int:
    """The number that the store gave to an inserted row."""
    return int(added.inserted_primary_key[0])  # type: ignore[index]  # None only of statements that insert nothing


def set_state(store: Store, call_id: int, state: str, ids: Sequence[int] | None = None) -> None:
    """Store the outcome of a call; None leaves its ids as they were."""
    known: dict[str, Any] = {"call": call_id, "outcome": state}
    with store.write(durable=False) as connection:
        if ids is None:
            connection.execute(_OUTCOME_ALONE, known)
        else:
            connection.execute(_OUTCOME_WITH_IDS, {**known, "landed": pack(ids)})


def settle(store: Store, call_id: int, ids: Sequence[int], at: Sequence[int] | None = None) -> None:
    """Store what was found out of a call; its keys and images become those of the `ids` that landed.

    Args:
        at: the place of each id among the call's keys; by default that among its ids, or of all of them.
    """
    wanted = sa.select(calls.c.ids, calls.c["keys"], images.c.before, images.c.after)
    joined = calls.outerjoin(images, images.c.call_id == calls.c.id)
    with store.write(durable=False) as connection:
        row = connection.execute(wanted.select_from(joined).where(calls.c.id == call_id)).one()
        sent = {each: place for place, each in enumerate(unpack(row.ids))}
        if at is None:
            at = [sent[each] for each in ids] if sent else range(len(ids))
        keys, before, after = (_only(blob, at) for blob in row[1:])
        outcome = {"state": "settled", "ids": pack(ids), "keys": keys}
        connection.execute(calls.update().where(calls.c.id == call_id).values(**outcome))
        connection.execute(images.update().where(images.c.call_id == call_id).values(before=before, after=after))


def _only(blob: bytes | None, at: Sequence[int]) -> bytes | None:
    """Of what was kept for each record of a call, that of some."""
    kept = None if blob is None else unpack(blob)
    return pack([kept[place] for place in at]) if kept else blob
