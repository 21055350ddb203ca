"""One live owner per resource and database; a dead owner's lock is taken over.

The parts of one piece of work (a job that several processes share) own a resource together: each part has one owner.

An owner holds a lock of the operating system on a file of its own: on the same machine others see at once that it died,
however it died. Where they cannot see that file, an owner lives as long as its heartbeat is young.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from odoo_etl.errors import Busy, StateError
from odoo_etl.state.alive import BEAT_S, OwnFile, Silence, forget, is_alive, left_files
from odoo_etl.state.store import Store
from odoo_etl.state.tables import locks

LEASE_S = 60.0
POLL_S = 0.5
SWEPT_S = 3600.0


@dataclass(frozen=True, slots=True)
class JobPart:
    """A part of a piece of work that several processes do together.

    Attributes:
        group: what the whole is known by.
        part: which part of it; "" for who directs the others.
    """

    group: str
    part: str = ""


ALL = JobPart("")  # alone with the resource
CLOSING = "closing"  # the part of who works on all rows when all parts are done; nobody else does meanwhile


@dataclass(frozen=True, slots=True)
class Claim:
    """A request for locks: of what, for which run, and how to wait; `Ledger.lock` takes it."""

    resource: str
    database: str
    run_id: str
    on_wait: Callable[[str], None] | None
    wait: Callable[[float], None]
    lease_s: float
    job_part: JobPart = ALL


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock, and how old its last sign of life is."""

    resource: str
    database: str
    part: str
    group_id: str
    token: str
    run_id: str
    host: str
    pid: int
    alive: str
    since: float
    beat: float
    age_s: float

    def __str__(self) -> str:
        """`run 42 (host box, pid 7, since 2026-01-31 12:00:00 UTC)`."""
        since = datetime.fromtimestamp(self.since, UTC)
        return f"run {self.run_id} (host {self.host}, pid {self.pid}, since {since:%Y-%m-%d %H:%M:%S} UTC)"


class Lock:
    """A lock that is held.

    Attributes:
        dead: the owner that it was taken from, which ended without releasing it; else None.
    """

    def __init__(self, locks: Locks, claim: Claim, dead: Owner | None) -> None:
        self._locks, self._claim = locks, claim
        self.dead = dead

    @property
    def taken_over(self) -> str:
        """A sentence that names the dead owner, else ""."""
        if self.dead is None:
            return ""
        return f"took over the lock of {self._claim.resource} from {self.dead}, which ended without releasing it"

    def check(self) -> None:
        """Raises StateError: somebody else took the lock, since our heartbeat came too late."""
        with self._locks.store.read() as connection:
            Fence([self]).check(connection)

    def is_held(self) -> bool:
        """Whether it is still ours. Raises StateError: nobody can say."""
        with self._locks.store.read() as connection:
            return connection.execute(sa.select(locks.c.resource).where(self.is_ours())).first() is not None

    def is_ours(self) -> sa.ColumnElement[bool]:
        """The condition that is true of the row of this lock as long as it is ours."""
        claim = self._claim
        place = (locks.c.resource == claim.resource) & (locks.c.database == claim.database)
        return place & (locks.c.part == claim.job_part.part) & (locks.c.token == self._locks.token)

    def lost(self) -> StateError:
        """The error for a lock that is not ours any more."""
        owner = self._locks.rival(self._claim) or "nobody"
        return StateError(
            f"the lock of {self._claim.resource} was lost to {owner}: this process gave no sign of life for"
            f" more than {LEASE_S:.0f} s (was it suspended?); once the other run has ended, `odoo-etl resume`"
        )


class Fence:
    """Keeps out who has lost one of these locks."""

    def __init__(self, held: Sequence[Lock]) -> None:
        self._held = held
        self._ours = sa.select(locks.c.resource).where(sa.or_(sa.false(), *(one.is_ours() for one in held)))
        self._ours_for_good = self._ours.with_for_update(read=True)

    def check(self, connection: sa.Connection) -> None:
        """Go on only while all the locks are ours: until the transaction ends, nobody can take them and see too late
        what it writes. Raises StateError.
        """
        if self._held and len(connection.execute(self._ours_for_good).all()) < len(self._held):
            lost = (one for one in self._held if not connection.execute(self._ours.where(one.is_ours())).first())
            raise next(lost, self._held[0]).lost()


class Locks:
    """The locks of one ledger, and the thread that keeps them alive."""

    def __init__(self, store: Store, run_dir: Path, host: str, clock: Callable[[], float]) -> None:
        self.store, self._host, self._pid = store, host, os.getpid()
        self.token, self._folder = uuid4().hex, run_dir
        self._alive: OwnFile | None = None
        self._silence = Silence(clock)
        self._left = False  # a lock that could not be released
        self._ended = threading.Event()
        self._starting = threading.Lock()

    @contextmanager
    def hold(self, claim: Claim) -> Iterator[Lock]:
        """Hold the lock; see `Ledger.lock`."""
        self._come_alive()
        dead = self._acquire(claim)
        try:
            yield Lock(self, claim, dead)
        finally:
            # What ended the work matters more than a lock that stays: it dies with this ledger.
            try:
                self._release(claim)
            except StateError:
                self._left = True

    def held(self, claim: Claim) -> Lock:
        """A lock that this ledger holds already."""
        return Lock(self, claim, None)

    def owners(self, claim: Claim) -> sa.Select[Any]:
        """Asks for the owners of the claimed resource, as `Owner` has them."""
        age = (self.store.clock() - locks.c.beat).label("age_s")
        return sa.select(locks, age).where(locks.c.resource == claim.resource, locks.c.database == claim.database)

    def rival(self, claim: Claim) -> Owner | None:
        """An owner beside whom the claim cannot be granted, if there is one."""
        with self.store.read() as connection:
            row = connection.execute(self._rivals(claim)).first()
        return Owner(**row._asdict()) if row else None

    def beat(self) -> None:
        """Give a sign of life."""
        with self.store.write(durable=False) as connection:
            connection.execute(
                locks.update().where(locks.c.token == self.token).values(beat=self.store.clock()),
            )

    def sweep(self) -> None:
        """Take away files of owners on this machine that died while they held nothing: nobody takes that over."""
        with self.store.read() as connection:
            held = set(connection.execute(sa.select(locks.c.alive).distinct()).scalars())
        for name in left_files(self._folder, SWEPT_S):
            if name not in held and is_alive(self._folder, name) is False:
                forget(self._folder, name)

    def close(self) -> None:
        """Stop the heartbeat and die as an owner; nothing in a child that was forked: its parent lives."""
        if self._alive is None or os.getpid() != self._pid:
            return
        self._ended.set()
        self._thread.join()
        self._alive.release(keep=self._left)

    def _come_alive(self) -> None:
        with self._starting:
            if self._alive is not None:
                return
            alive = OwnFile(self._folder, self.token)
            alive.lock()
            self._thread = threading.Thread(target=self._beat_until_ended, name="heartbeat", daemon=True)
            self._thread.start()
            self._alive = alive

    def _beat_until_ended(self) -> None:
        while not self._ended.wait(BEAT_S):
            with suppress(StateError):  # the next one may come through; `Lock.check` tells when it is too late
                self.beat()

    def _acquire(self, claim: Claim) -> Owner | None:
        """Take the lock; returns whom it was taken from, if from a dead owner."""
        while not self._take(claim):
            owner = self.rival(claim)
            if owner is None:
                continue
            dead = self._is_dead(owner, claim)
            if dead:
                if self._take(claim, owner):
                    return owner
                continue
            if dead is not None and claim.on_wait is None:
                raise Busy(
                    f"{claim.resource} is busy: {owner} works on it and lives (wait until it has ended, or end it;"
                    " two at once could create records twice)"
                )
            if claim.on_wait is not None:
                claim.on_wait(f"waiting for {claim.resource}: {owner} works on it")
            claim.wait(POLL_S)
        return None

    def _rivals(self, claim: Claim) -> sa.Select[Any]:
        ours = (locks.c.group_id == claim.job_part.group) & (locks.c.group_id != ALL.group)
        rival = ~ours | (locks.c.part == claim.job_part.part)
        if claim.job_part.part == CLOSING:
            rival |= locks.c.part.like("%/%") & (locks.c.token != self.token)
        elif claim.job_part.part:
            rival |= (locks.c.part == CLOSING) & (locks.c.token != self.token)
        return self.owners(claim).where(rival)

    def _take(self, claim: Claim, dead: Owner | None = None) -> bool:
        """True when the lock is ours; False when it has another owner, or the dead one gave a sign of life."""
        job_part, mine = claim.job_part, self._mine(claim.run_id)
        row = {
            "resource": claim.resource,
            "database": claim.database,
            "part": job_part.part,
            "group_id": job_part.group,
        }
        with self.store.write(durable=False) as connection:
            self.store.queue_up(connection, f"{claim.resource} {claim.database}")
            if dead and not self._remove(connection, dead):
                return False
            if connection.execute(self._rivals(claim)).first():
                return False
            connection.execute(locks.insert().values(**row, **mine))
            left = dead and connection.execute(sa.select(locks.c.token).where(locks.c.alive == dead.alive)).first()
        if dead and left is None and dead.host == self._host:
            forget(self._folder, dead.alive)
        return True

    def _remove(self, connection: sa.Connection, owner: Owner) -> bool:
        """Whether the owner's lock was still there, without a new sign of life."""
        place = (locks.c.resource == owner.resource) & (locks.c.database == owner.database)
        seen = (locks.c.part == owner.part) & (locks.c.token == owner.token) & (locks.c.beat == owner.beat)
        return connection.execute(locks.delete().where(place, seen)).rowcount == 1

    def _mine(self, run_id: str) -> dict[str, object]:
        now, alive = self.store.clock(), self._alive.name if self._alive else ""
        mine = {"token": self.token, "run_id": run_id, "host": self._host, "pid": self._pid}
        return {**mine, "alive": alive, "since": now, "beat": now}

    def _is_dead(self, owner: Owner, claim: Claim) -> bool | None:
        """Whether to take its lock; None where that takes a further look.

        A part that lives and gives no sign is given up, too: its intents are fenced (`Fence`).
        """
        alive = is_alive(self._folder, owner.alive) if owner.host == self._host else None
        if alive is False or (alive and not claim.job_part.part):
            return not alive
        return self._silence.is_dead(owner.token, owner.beat, owner.age_s, claim.lease_s)

    def _release(self, claim: Claim) -> None:
        if os.getpid() != self._pid:
            return
        place = (locks.c.resource == claim.resource) & (locks.c.database == claim.database)
        ours = (locks.c.part == claim.job_part.part) & (locks.c.token == self.token)
        with self.store.write(durable=False) as connection:
            connection.execute(locks.delete().where(place, ours))
