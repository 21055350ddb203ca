"""One live owner per resource and database; a dead owner's lock is taken over.

An owner holds a lock of the operating system on a file of its own: on the same machine others see at once that it died,
however it died. Where they cannot see that file, an owner lives as long as its heartbeat is young.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from filelock import FileLock, Timeout

from odoo_etl.errors import Busy, StateError
from odoo_etl.state.store import Store
from odoo_etl.state.tables import locks

LEASE_S = 60.0
BEAT_S = 10.0
POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody wants to lock, for which run, and how to wait; see `Ledger.lock`."""

    resource: str
    database: str
    run_id: str
    on_wait: Callable[[str], None] | None
    wait: Callable[[float], None]
    lease_s: float


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock, and how old its last sign of life is."""

    resource: str
    database: str
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
        taken_over: a sentence that names the dead owner it was taken from, else "".
    """

    def __init__(self, locks: Locks, resource: str, database: str, taken_over: str) -> None:
        self._locks, self._place = locks, (resource, database)
        self.taken_over = taken_over

    def check(self) -> None:
        """Raises StateError: somebody else took the lock, since our heartbeat came too late."""
        owner = self._locks.owner(*self._place)
        if owner is None or owner.token != self._locks.token:
            raise StateError(
                f"the lock of {self._place[0]} was lost to {owner or 'nobody'}: this process gave no sign of life for"
                f" more than {LEASE_S:.0f} s (was it suspended?); once the other run has ended, `odoo-etl resume`"
            )


class Locks:
    """The locks of one ledger, and the thread that keeps them alive."""

    def __init__(self, store: Store, run_dir: Path, host: str) -> None:
        self._store, self._host, self._pid = store, host, os.getpid()
        self.token = uuid4().hex
        self._alive = run_dir / f".alive-{self.token}"
        self._file: FileLock | None = None
        self._ended = threading.Event()
        self._starting = threading.Lock()

    @contextmanager
    def hold(self, claim: Claim) -> Iterator[Lock]:
        """Hold the lock; see `Ledger.lock`."""
        self._come_alive()
        taken_over = self._acquire(claim)
        try:
            yield Lock(self, claim.resource, claim.database, taken_over)
        finally:
            # What ended the work matters more than a lock that stays: it dies with this ledger.
            with suppress(StateError):
                self._release(claim)

    def owner(self, resource: str, database: str) -> Owner | None:
        """Who holds the lock, if anybody."""
        with self._store.read() as connection:
            row = connection.execute(
                sa.select(locks, (self._store.clock() - locks.c.beat).label("age_s")).where(
                    locks.c.resource == resource, locks.c.database == database
                )
            ).one_or_none()
        return Owner(**row._asdict()) if row else None

    def beat(self) -> None:
        """Give a sign of life."""
        with self._store.write(durable=False) as connection:
            connection.execute(
                locks.update().where(locks.c.token == self.token).values(beat=self._store.clock()),
            )

    def close(self) -> None:
        """Stop the heartbeat and die as an owner; nothing in a child that was forked: its parent lives."""
        if self._file is None or os.getpid() != self._pid:
            return
        self._ended.set()
        self._thread.join()
        self._file.release()
        self._alive.unlink(missing_ok=True)

    def _come_alive(self) -> None:
        with self._starting:
            if self._file is not None:
                return
            try:
                self._alive.parent.mkdir(parents=True, exist_ok=True)
                file = FileLock(self._alive, thread_local=False)
                file.acquire(blocking=False)
            except OSError as error:
                raise StateError(f"{self._alive}: cannot be locked: {error.strerror} (check the folder)") from error
            self._thread = threading.Thread(target=self._beat_until_ended, name="heartbeat", daemon=True)
            self._thread.start()
            self._file = file

    def _beat_until_ended(self) -> None:
        while not self._ended.wait(BEAT_S):
            with suppress(StateError):  # the next one may come through; `Lock.check` tells when it is too late
                self.beat()

    def _acquire(self, claim: Claim) -> str:
        """Take the lock; returns whom it was taken from, if from a dead owner."""
        told = False
        while not self._take_free(claim):
            owner = self.owner(claim.resource, claim.database)
            if owner is None:
                continue
            if self._is_dead(owner, claim.lease_s):
                if self._take_over(owner, claim.run_id):
                    return f"took over the lock of {claim.resource} from {owner}, which ended without releasing it"
                continue
            if claim.on_wait is None:
                raise Busy(
                    f"{claim.resource} is busy: {owner} works on it and lives (wait until it has ended, or end it;"
                    " two at once could create records twice)"
                )
            if not told:
                claim.on_wait(f"waiting for {claim.resource}: {owner} works on it")
                told = True
            claim.wait(POLL_S)
        return ""

    def _take_free(self, claim: Claim) -> bool:
        row = {"resource": claim.resource, "database": claim.database, **self._mine(claim.run_id)}
        with self._store.write(durable=False) as connection:
            insert = self._store.insert(locks).values(row).on_conflict_do_nothing()
            return bool(connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount == 1)

    def _take_over(self, owner: Owner, run_id: str) -> bool:
        """True when we did; False when somebody else was quicker, or the owner gave a sign of life."""
        seen = (locks.c.token == owner.token) & (locks.c.beat == owner.beat)
        place = (locks.c.resource == owner.resource) & (locks.c.database == owner.database)
        with self._store.write(durable=False) as connection:
            taken = connection.execute(locks.update().where(place, seen).values(**self._mine(run_id))).rowcount == 1
            left = connection.execute(sa.select(locks.c.token).where(locks.c.alive == owner.alive)).first()
        if taken and left is None and owner.host == self._host:
            with suppress(OSError):
                Path(owner.alive).unlink(missing_ok=True)
        return taken

    def _mine(self, run_id: str) -> dict[str, object]:
        now = self._store.clock()
        mine = {"token": self.token, "run_id": run_id, "host": self._host, "pid": self._pid}
        return {**mine, "alive": str(self._alive.absolute()), "since": now, "beat": now}

    def _is_dead(self, owner: Owner, lease_s: float) -> bool:
        alive = Path(owner.alive)
        if owner.host == self._host and alive.is_file():
            try:
                with FileLock(alive, blocking=False):
                    return True
            except Timeout:
                return False
            except OSError:  # another user's file: only the heartbeat is left to go by
                pass
        return owner.age_s > lease_s

    def _release(self, claim: Claim) -> None:
        if os.getpid() != self._pid:
            return
        place = (locks.c.resource == claim.resource) & (locks.c.database == claim.database)
        with self._store.write(durable=False) as connection:
            connection.execute(locks.delete().where(place, locks.c.token == self.token))
