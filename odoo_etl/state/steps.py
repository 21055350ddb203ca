"""Steps on the records of a job: for which records one was done, which wait for it, and up to which call all is known.

The calls of the job say which records it wrote; so a record that a run wrote before it was killed is not forgotten,
though nobody noted that it waits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from odoo_etl.state.entries import CREATING, CallEntry, step_of
from odoo_etl.state.history import open_calls
from odoo_etl.state.payload import unpack
from odoo_etl.state.store import Store
from odoo_etl.state.tables import calls, jobs, runs, step_marks, step_records

StepState = Literal["waiting", "done", "open", "told"]
_STEPS = "step:%"  # the kinds of calls that are steps
_STATES = ("waiting", "done", "open", "told")
_OPEN = ("sent", "unknown")
_GONE = ("archive", "unlink")  # the kinds of calls by which an undo takes back records that a run created
_IDS_A_QUERY = 500


class Waiting:
    """Which records wait for a step, as calls tell it one after the other.

    Args:
        kinds: of calls whose records are to have the step.
    """

    def __init__(self, kinds: Collection[str]) -> None:
        self._kinds = kinds
        self._runs: dict[int, set[str]] = {}

    def wrote(self, ids: Iterable[int], run_id: str) -> None:
        """A run wrote these records."""
        for each in ids:
            self._runs.setdefault(each, set()).add(run_id)

    def landed(self, call: Any) -> None:
        """A call of a run, or of the undo of one, landed."""
        if not call.undone:
            self.wrote(unpack(call.ids) if call.kind in self._kinds else (), call.run_id)
            return
        for each in unpack(call.ids):
            writers = self._runs.get(each, set())
            writers.discard(call.undone)
            if call.kind in _GONE or not writers:
                self._runs.pop(each, None)

    def ids(self) -> set[int]:
        """The records that wait."""
        return set(self._runs)


class StepRecords:
    """The steps of one job in one database, each by its number. Every method may raise StateError.

    A record is `waiting` for a step; or the step is `done` for it, once and for all; or nobody knows (`open`), which a
    person was `told`.
    """

    def __init__(self, store: Store, job: str, model: str, database: str) -> None:
        self._store, self._job, self._model, self._database = store, job, model, database
        self._place = {"job": job, "database": database}

    def begin(self, steps: Collection[int], run_id: str) -> None:
        """A run of the job begins, before its first write: what it writes from now on is to have these steps.

        Steps that are new begin here. Where the run before had others, they take over what waited for those: somebody
        mended their definition.
        """
        with self._store.write(durable=True) as connection:
            self._store.queue_up(connection, f"steps {self._job} {self._database}")
            known = {row.step: row for row in connection.execute(self._of(step_marks))}
            gone = [row for step, row in known.items() if step not in steps]
            heirs = gone if gone and gone[0].run_id == self._last_run(connection, run_id) else []
            first = max((row.call_id for row in heirs), default=self._last_call(connection))
            for step in steps:
                if step not in known:
                    self._inherit(connection, [row.step for row in heirs], step, run_id)
            self._mark(connection, {step: known[step].call_id if step in known else first for step in steps}, run_id)
            for row in gone:
                self._forget(connection, row.step)

    def owed(self, step: int, *, created: bool, told: bool) -> set[int]:
        """The records that calls wrote since the step was last seen to, and those that are noted to wait.

        Those whose writes were undone since do not: nobody wants them confirmed.

        Args:
            created: only those that the job created, not those that it updated.
            told: also those of which a person was told that nobody knows whether the step was done for them.
        """
        states = ("waiting", "open", "told") if told else ("waiting", "open")
        with self._store.read() as connection:
            kinds = CREATING if created else (*CREATING, "update")
            waiting = Waiting(kinds)
            for row in connection.execute(self._of(step_records).where(_is(step, states))):
                waiting.wrote([row.record_id], row.run_id)
            for row in self._landed(connection, self._mark_of(connection, step)):
                waiting.landed(row)
            return waiting.ids()

    def conclude(self, step: int, left: Collection[int], run_id: str) -> None:
        """Whatever the job wrote by now has had the step, but for these records."""
        with self._store.write(durable=True) as connection:
            known = set(self._ids(connection, step, _STATES))
            self._delete(connection, step, set(self._ids(connection, step, ("waiting",))) - set(left))
            self._insert(connection, step, sorted(set(left) - known), "waiting", run_id)
            self._mark(connection, {step: self._last_call(connection)}, run_id)

    def through(self, steps: Collection[int], run_id: str) -> None:
        """The job wrote nothing since that is to have these steps."""
        with self._store.write(durable=True) as connection:
            self._mark(connection, dict.fromkeys(steps, self._last_call(connection)), run_id)

    def any_done(self, step: int) -> bool:
        """Whether the step was done for any record once and for all."""
        with self._store.read() as connection:
            return bool(self._ids(connection, step, ("done",)))

    def states(self, step: int, ids: Iterable[int]) -> dict[int, StepState]:
        """Id to what is noted of a record; those of which nothing is noted are absent."""
        found: dict[int, StepState] = {}
        with self._store.read() as connection:
            for some in _pages(sorted(set(ids))):
                query = self._of(step_records).where(step_records.c.step == step, step_records.c.record_id.in_(some))
                found |= {row.record_id: row.state for row in connection.execute(query)}
        return found

    def note(self, step: int, ids: Collection[int], state: StepState, run_id: str) -> None:
        """Note this of records, durably, in place of what was noted."""
        with self._store.write(durable=True) as connection:
            self._insert(connection, step, sorted(ids), state, run_id)

    def now(self) -> float:
        """Epoch seconds by the clock that stamps calls."""
        return self._store.now()

    def open_calls(self, step: int) -> list[CallEntry]:
        """The calls of the step whose outcome nobody knows; none is on its way, to the holder of the job's lock."""
        found = open_calls(self._store, self._model, self._database)
        return [one for one in found if one.job == self._job and (step_of(one.kind) or (None,))[0] == step]

    def _of(self, table: sa.Table) -> sa.Select[tuple[object, ...]]:
        return sa.select(table).where(*(table.c[name] == value for name, value in self._place.items()))

    def _ids(self, connection: sa.Connection, step: int, states: Collection[str]) -> list[int]:
        query = self._of(step_records).with_only_columns(step_records.c.record_id).where(_is(step, states))
        return list(connection.execute(query).scalars())

    def _mark_of(self, connection: sa.Connection, step: int) -> int:
        query = self._of(step_marks).with_only_columns(step_marks.c.call_id).where(step_marks.c.step == step)
        found = connection.execute(query).scalar_one_or_none()
        return self._last_call(connection) if found is None else int(found)

    def _mark(self, connection: sa.Connection, marks: Mapping[int, int], run_id: str) -> None:
        rows = [{**self._place, "step": step, "call_id": call, "run_id": run_id} for step, call in marks.items()]
        if rows:
            self._store.put(connection, step_marks, rows)

    def _inherit(self, connection: sa.Connection, gone: Sequence[int], step: int, run_id: str) -> None:
        waiting = {each for one in gone for each in self._ids(connection, one, ("waiting",))}
        self._insert(connection, step, sorted(waiting), "waiting", run_id)

    def _forget(self, connection: sa.Connection, step: int) -> None:
        """Forget a step that the job no longer has, but for what it did."""
        mine = (step_marks.c[name] == value for name, value in self._place.items())
        connection.execute(step_marks.delete().where(*mine, step_marks.c.step == step))
        self._delete(connection, step, self._ids(connection, step, ("waiting",)))

    def _insert(self, connection: sa.Connection, step: int, ids: Sequence[int], state: StepState, run_id: str) -> None:
        row = {**self._place, "step": step, "state": state, "run_id": run_id}
        for some in _pages(ids):
            self._store.put(connection, step_records, [{**row, "record_id": each} for each in some])

    def _delete(self, connection: sa.Connection, step: int, ids: Collection[int]) -> None:
        mine = [step_records.c[name] == value for name, value in {**self._place, "step": step}.items()]
        for some in _pages(sorted(ids)):
            connection.execute(step_records.delete().where(*mine, step_records.c.record_id.in_(some)))

    def _ours(self) -> sa.ColumnElement[bool]:
        """The entries of the job, those of undos among them."""
        return (jobs.c.job == self._job) & (jobs.c.model == self._model) & (jobs.c.database == self._database)

    def _entries(self) -> sa.ColumnElement[bool]:
        """The entries of the job, without those of undos."""
        return self._ours() & jobs.c.run_id.not_in(sa.select(runs.c.id).where(runs.c.command == "undo"))

    def _last_call(self, connection: sa.Connection) -> int:
        """The last call of the job before the first whose outcome is open; 0 before the first."""
        query = sa.select(sa.func.max(calls.c.id)).select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
        first_open = (
            sa.select(sa.func.min(calls.c.id))
            .select_from(calls.join(jobs, jobs.c.id == calls.c.job_id))
            .where(self._entries(), calls.c.state.in_(_OPEN), calls.c.kind.not_like(_STEPS))
        )
        limit = connection.execute(first_open).scalar_one()
        query = query.where(self._entries())
        query = query if limit is None else query.where(calls.c.id < limit)
        return int(connection.execute(query).scalar_one() or 0)

    def _landed(self, connection: sa.Connection, mark: int) -> Iterator[Any]:
        """Each call after the mark that landed, with the run that sent it, and the one that it undid."""
        undone = sa.case((runs.c.command == "undo", runs.c.parent), else_="").label("undone")
        known = calls.join(jobs, jobs.c.id == calls.c.job_id).outerjoin(runs, runs.c.id == jobs.c.run_id)
        query = (
            sa.select(calls.c.kind, calls.c.ids, jobs.c.run_id, undone)
            .select_from(known)
            .where(self._ours(), calls.c.id > mark, calls.c.state.in_(("done", "settled")))
            .where(calls.c.kind.in_((*CREATING, "update", *_GONE)))
            .order_by(calls.c.id)
        )
        yield from connection.execute(query)

    def _last_run(self, connection: sa.Connection, run_id: str) -> str | None:
        """The run before this one that had the job."""
        ours = (jobs.c.job == self._job) & (jobs.c.database == self._database) & (jobs.c.run_id != run_id)
        query = sa.select(jobs.c.run_id).where(ours).order_by(jobs.c.id.desc()).limit(1)
        return connection.execute(query).scalar_one_or_none()


def _is(step: int, states: Collection[str]) -> sa.ColumnElement[bool]:
    return (step_records.c.step == step) & step_records.c.state.in_(states)


def _pages(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _IDS_A_QUERY):
        yield ids[start : start + _IDS_A_QUERY]
