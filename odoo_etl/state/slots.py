"""Schedules as servers have met them, and their slots: the times at which they run, each accounted for once.

Of an environment each: two servers of different environments may share a store. What is paused stands in the row of its
schedule, beside since when it is known. All times are epoch seconds of whoever calls, so that tests may have their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

import sqlalchemy as sa

from odoo_etl.state.payload import pack, unpack
from odoo_etl.state.store import Store
from odoo_etl.state.tables import schedules, slots

SlotKind = Literal["time", "files", "now"]
SlotState = Literal["asked", "running", "ended", "missed"]
SET_BACK_S = 60.0  # times so far in the future or more are those of a clock that has been set back since
BATCH = 500  # slots that one transaction deletes
_OPEN = ("asked", "running")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One process of a slot.

    Attributes:
        verb: `run`, or `resume` for one that goes on with the run before it.
        run_id: "" as long as it is not known, or where none began.
        host, pid: where it is, as its server knows it.
        log: the file that has what it says.
        exit_code: as of the command line, 128 + n where signal n killed it; None while it is at work.
        counts: it is one of those that the schedule allows; one that only waited for another run is not.
    """

    verb: str
    started_at: float
    run_id: str = ""
    host: str = ""
    pid: int = 0
    log: str = ""
    finished_at: float | None = None
    exit_code: int | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """One time at which a schedule runs.

    Attributes:
        due: the time that is meant; of files, when they had arrived; of `now`, when it was asked for.
        kind: why it runs: a time of the cron, files, or somebody who asked.
        state: `asked`: a server is to take it; `missed`: nothing runs for it.
        first_due, times: of several that are missed, the first one, and how many; `due` is the last.
        asked_by: who wants it, where somebody asked.
        claim: the server that has it.
        retry_at: when the next attempt is to begin, while it waits for that.
        exit_code: of the whole, as of the command line, 128 + n where signal n killed it; None as long as it goes on.
        note: what a person should know of its end: that it was timed out, say.
    """

    schedule: str
    due: float
    kind: SlotKind
    state: SlotState
    first_due: float
    times: int = 1
    asked_by: str = ""
    claim: str = ""
    attempts: tuple[Attempt, ...] = ()
    started_at: float | None = None
    retry_at: float | None = None
    finished_at: float | None = None
    exit_code: int | None = None
    note: str = ""

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The runs that it had, in order."""
        return tuple(one.run_id for one in self.attempts if one.run_id)


@dataclass(frozen=True, slots=True)
class MetSchedule:
    """A schedule as servers have met it.

    Attributes:
        definition: its times, as text; of others nothing is made up for.
        since: from when on its times count.
        paused_at: None where it is not paused.
    """

    definition: str
    since: float
    paused_at: float | None = None
    paused_by: str = ""


class Slots:
    """The schedules and slots of an environment. Every method may raise StateError."""

    def __init__(self, store: Store, environment: str) -> None:
        self._store, self._environment = store, environment

    # Schedules

    def met(self) -> dict[str, MetSchedule]:
        """All schedules that a server has met, or somebody has paused, by name."""
        columns = (schedules.c.definition, schedules.c.since, schedules.c.paused_at, schedules.c.paused_by)
        query = sa.select(schedules.c.schedule, *columns).where(schedules.c.environment == self._environment)
        with self._store.read() as connection:
            return {row[0]: MetSchedule(*row[1:]) for row in connection.execute(query)}

    def meet(self, schedule: str, definition: str, now: float) -> None:
        """A server has this schedule; where it is new, or its times are others, they count from now on."""
        with self._changing(schedule) as (connection, known):
            if known is None:
                self._put(connection, schedule, MetSchedule(definition, now))
            elif known.definition != definition:
                self._put(connection, schedule, replace(known, definition=definition, since=now))

    def forget(self, schedule: str) -> None:
        """The schedule is none any more: should it come back, its times count from then on."""
        with self._store.write(durable=True) as connection:
            connection.execute(schedules.delete().where(self._is(schedules, schedule)))

    def pause(self, schedule: str, by: str, now: float) -> bool:
        """From now on it does not run by itself; False where it was paused already."""
        with self._changing(schedule) as (connection, known):
            if known is not None and known.paused_at is not None:
                return False
            paused = replace(known or MetSchedule("", now), paused_at=now, paused_by=by)
            self._put(connection, schedule, paused)
        return True

    def unpause(self, schedule: str, now: float) -> bool:
        """It runs again; its times count from now on. False where it was not paused."""
        with self._changing(schedule) as (connection, known):
            if known is None or known.paused_at is None:
                return False
            self._put(connection, schedule, MetSchedule(known.definition, now))
        return True

    def restart(self, schedule: str, now: float) -> None:
        """Its times count from now on: since when they did lies in the future, as a clock was set that was wrong."""
        with self._changing(schedule) as (connection, known):
            if known is not None:
                self._put(connection, schedule, replace(known, since=now))

    def seen(self, schedule: str) -> set[str]:
        """The files that it has run for, as whoever looks for them marks them."""
        query = sa.select(schedules.c.seen).where(self._is(schedules, schedule))
        with self._store.read() as connection:
            blob = connection.execute(query).scalar_one_or_none()
        return set() if blob is None else set(unpack(blob))

    def unsee(self, schedule: str, files: Collection[str]) -> None:
        """Take these out of what it has seen; what other servers have seen meanwhile stays."""
        with self._changing(schedule) as (connection, _):
            blob = connection.execute(sa.select(schedules.c.seen).where(self._is(schedules, schedule))).scalar()
            left = [] if blob is None else [one for one in unpack(blob) if one not in files]
            this = schedules.update().where(self._is(schedules, schedule))
            connection.execute(this.values(seen=pack(left)))

    # Slots

    def accounted(self, schedule: str, now: float) -> float | None:
        """Up to which moment all times of a schedule have a slot; None where none has.

        Slots of the future, which a clock left behind that has been set back since, do not count.
        """
        its = self._is(slots, schedule) & (slots.c.kind == "time")
        last = sa.select(slots.c.due).where(its, slots.c.due <= now).order_by(slots.c.due.desc()).limit(1)
        within = sa.select(slots.c.due).where(its, slots.c.due > now, slots.c.first_due <= now).limit(1)
        with self._store.read() as connection:
            if connection.execute(within).first():
                return now
            found: float | None = connection.execute(last).scalar_one_or_none()
            return found

    def add(self, *new: Slot, seen: Collection[str] | None = None) -> bool:
        """Store new slots of a schedule; False, and none of them, where one is there already or somebody has paused it.

        Args:
            seen: the files that the schedule has run for from now on.
        """
        schedule = new[0].schedule
        with self._changing(schedule) as (connection, known):
            if known is not None and known.paused_at is not None:  # since the server looked
                return False
            these = slots.c.due.in_([one.due for one in new])
            if connection.execute(sa.select(slots.c.due).where(self._is(slots, schedule), these)).first():
                return False
            connection.execute(slots.insert(), [self._row(one) for one in new])
            if seen is not None:
                this = schedules.update().where(self._is(schedules, schedule))
                connection.execute(this.values(seen=pack(sorted(seen))))
        return True

    def ask(self, schedule: str, by: str, now: float) -> Slot:
        """Ask for a run as soon as the schedule is free; who asks while one is asked for gets that one."""
        wanted = Slot(schedule, now, "now", "asked", now, asked_by=by)
        with self._changing(schedule) as (connection, _):
            its = sa.select(slots).where(self._is(slots, schedule))
            if row := connection.execute(its.where(slots.c.state == "asked")).first():
                return _slot(row)
            while connection.execute(its.where(slots.c.due == wanted.due)).first():
                wanted = replace(wanted, due=wanted.due + 0.001, first_due=wanted.due + 0.001)
            connection.execute(slots.insert(), [self._row(wanted)])
        return wanted

    def put(self, slot: Slot, claim: str) -> bool:
        """Store what has become of a slot; False where it is not that of this claim any more."""
        this = self._is(slots, slot.schedule) & (slots.c.due == slot.due) & (slots.c.claim == claim)
        with self._store.write(durable=True) as connection:
            return connection.execute(slots.update().where(this).values(**self._row(slot))).rowcount == 1

    def open(self) -> list[Slot]:
        """The slots that have not ended, oldest first."""
        its = (slots.c.environment == self._environment) & slots.c.state.in_(_OPEN)
        with self._store.read() as connection:
            return [_slot(row) for row in connection.execute(sa.select(slots).where(its).order_by(slots.c.due))]

    def last(self, schedule: str, count: int) -> list[Slot]:
        """The last slots of a schedule, newest first."""
        query = sa.select(slots).where(self._is(slots, schedule)).order_by(slots.c.due.desc()).limit(count)
        with self._store.read() as connection:
            return [_slot(row) for row in connection.execute(query)]

    def of_run(self, run_id: str) -> Slot | None:
        """The slot among the last ones that has this run."""
        query = sa.select(slots).where(slots.c.environment == self._environment).order_by(slots.c.due.desc())
        with self._store.read() as connection:
            found = (_slot(row) for row in connection.execute(query.limit(BATCH)))
            return next((one for one in found if run_id in one.run_ids), None)

    def prune(self, before: float) -> int:
        """Forget slots that ended earlier, but the last one of each schedule; how many."""
        newest = sa.select(sa.func.max(slots.c.due)).where(slots.c.environment == self._environment)
        total = 0
        for schedule in self._with_slots():
            its = self._is(slots, schedule)
            with self._store.read() as connection:
                last = connection.execute(newest.where(slots.c.schedule == schedule)).scalar_one()
            old = its & (slots.c.due < min(before, last)) & slots.c.state.not_in(_OPEN)
            total += self._delete(old)
        return total

    def _with_slots(self) -> list[str]:
        query = sa.select(slots.c.schedule).where(slots.c.environment == self._environment).distinct()
        with self._store.read() as connection:
            return list(connection.execute(query).scalars())

    def _delete(self, old: sa.ColumnElement[bool]) -> int:
        total = 0
        while True:
            with self._store.write(durable=False) as connection:
                some = connection.execute(sa.select(slots.c.schedule, slots.c.due).where(old).limit(BATCH)).all()
                if not some:
                    return total
                these = slots.c.due.in_([row.due for row in some])
                total += connection.execute(slots.delete().where(old, these)).rowcount

    def _is(self, table: sa.Table, schedule: str) -> sa.ColumnElement[bool]:
        return (table.c.environment == self._environment) & (table.c.schedule == schedule)

    @contextmanager
    def _changing(self, schedule: str) -> Iterator[tuple[sa.Connection, MetSchedule | None]]:
        """A transaction that no other one of the same schedule comes between, and what is known of it."""
        columns = (schedules.c.definition, schedules.c.since, schedules.c.paused_at, schedules.c.paused_by)
        with self._store.write(durable=True) as connection:
            self._store.queue_up(connection, f"schedule {self._environment} {schedule}")
            row = connection.execute(sa.select(*columns).where(self._is(schedules, schedule))).first()
            yield connection, MetSchedule(*row) if row else None

    def _put(self, connection: sa.Connection, schedule: str, known: MetSchedule) -> None:
        its = self._is(schedules, schedule)
        if connection.execute(schedules.update().where(its).values(**asdict(known))).rowcount == 0:
            place = {"environment": self._environment, "schedule": schedule}
            connection.execute(schedules.insert().values(**place, **asdict(known)))

    def _row(self, slot: Slot) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(slot, name) for name in _PLAIN}
        attempts = pack([asdict(one) for one in slot.attempts])
        return {**values, "environment": self._environment, "attempts": attempts}


def _slot(row: Any) -> Slot:
    known: Mapping[str, Any] = row._asdict()
    attempts: Sequence[Mapping[str, Any]] = unpack(known["attempts"])
    return Slot(**{name: known[name] for name in _PLAIN}, attempts=tuple(Attempt(**one) for one in attempts))


_PLAIN = [each.name for each in fields(Slot) if each.name != "attempts"]
