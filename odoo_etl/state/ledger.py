"""The ledger: what runs did to Odoo, kept so that nothing is lost or done twice, and can be undone."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from odoo_etl.state import history
from odoo_etl.state.alerts import Alerts
from odoo_etl.state.approvals import Approvals
from odoo_etl.state.deliveries import Deliveries
from odoo_etl.state.destinations import last_destinations
from odoo_etl.state.entries import FAILED, CallEntry, CreatedRecords, JobEntry, RunEntry, WritesSince
from odoo_etl.state.history import Lineage
from odoo_etl.state.jobs import JobLedger, new_id, settle
from odoo_etl.state.known import KeptValues, KnownRecords
from odoo_etl.state.locks import ALL, LEASE_S, Claim, JobPart, Lock, Locks
from odoo_etl.state.marks import Marks
from odoo_etl.state.past import PastRuns
from odoo_etl.state.payload import to_text, unpack
from odoo_etl.state.purges import Purges
from odoo_etl.state.slots import Slots
from odoo_etl.state.source_ids import IdMap
from odoo_etl.state.steps import StepRecords
from odoo_etl.state.store import Store
from odoo_etl.state.tables import UPGRADES, files, jobs, metadata, results, runs, watermarks
from odoo_etl.state.tallies import Tallies
from odoo_etl.state.written import WrittenRecords, entries_of_runs, written_by

AGAIN_S = 3600.0  # schedulers try again within minutes; what comes later is the next round

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@contextmanager
def open_ledger(
    url: str,
    run_dir: Path,
    *,
    host: str | None = None,
    upgrades: Mapping[int, Sequence[str]] = UPGRADES,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Ledger]:
    """The ledger in the store of a URL: `sqlite:///file` (folder and file are made) or `postgresql://...`.

    Args:
        run_dir: folder for the files by which owners of locks on this machine know each other to be alive.
        host: name of this machine; by default what it calls itself.
        clock: seconds, from any beginning on, by which the owners of locks are silent.

    Raises StateError, before anything else happens: unreadable URL, unreachable or damaged store, one that cannot be
    written, or was made by a newer version. A process that forks must not use the ledger of its parent.
    """
    store = Store(url, upgrades)
    locks = Locks(store, run_dir, host or socket.gethostname(), clock)
    try:
        yield Ledger(store, locks, run_dir)
    finally:
        locks.close()
        store.close()


class Ledger:
    """Everything the store knows; any number of threads may use it. Every method may raise StateError.

    Attributes:
        folder: for files of this machine, beside the store.
    """

    def __init__(self, store: Store, locks: Locks, folder: Path) -> None:
        self._store, self._locks, self.folder = store, locks, folder

    def now(self) -> float:
        """Epoch seconds by the clock that `CallEntry.sent_at` is taken from."""
        return self._store.now()

    # Runs and jobs

    def start_run(self, run_id: str, command: str, parent: str = "", arguments: Mapping[str, Any] = _NOTHING) -> None:
        """A run begins; `parent` is the run that it resumes, retries or undoes."""
        row = {"id": run_id, "command": command, "parent": parent, "arguments": to_text(dict(arguments))}
        with self._store.write(durable=False) as connection:
            connection.execute(runs.insert().values(**row, started_at=self._store.clock()))

    def finish_run(self, run_id: str, exit_code: int) -> None:
        """A run ended, well or not."""
        with self._store.write(durable=True) as connection:
            connection.execute(
                runs.update().where(runs.c.id == run_id).values(exit_code=exit_code, finished_at=self._store.clock())
            )

    @property
    def approvals(self) -> Approvals:
        """Plans that a person approved."""
        return Approvals(self._store)

    @property
    def deliveries(self) -> Deliveries:
        """Files of sources on their way to where they go once they are done."""
        return Deliveries(self._store)

    @property
    def alerts(self) -> Alerts:
        """Alerts: the things that are wrong, since when, and who was told of it."""
        return Alerts(self._store)

    def run(self, run_id: str) -> RunEntry | None:
        """One run, if it is known."""
        with self._store.read() as connection:
            row = connection.execute(sa.select(runs).where(runs.c.id == run_id)).one_or_none()
            return history.run_entry(row) if row else None

    def runs_from(self, beginning: str, limit: int) -> list[RunEntry]:
        """The last runs whose ids begin so, newest first."""
        begins = sa.func.substr(runs.c.id, 1, len(beginning)) == beginning
        with self._store.read() as connection:
            found = connection.execute(sa.select(runs).where(begins).order_by(runs.c.number.desc()).limit(limit))
            return [history.run_entry(row) for row in found]

    def runs(self, limit: int = 50, commands: Sequence[str] = (), of_jobs: Collection[str] = ()) -> list[RunEntry]:
        """The last runs, or those of some commands or jobs, newest first."""
        query = sa.select(runs).order_by(runs.c.number.desc()).limit(limit)
        if commands:
            query = query.where(runs.c.command.in_(commands))
        if of_jobs:
            query = query.where(runs.c.id.in_(sa.select(jobs.c.run_id).where(jobs.c.job.in_(of_jobs))))
        with self._store.read() as connection:
            return [history.run_entry(row) for row in connection.execute(query)]

    def job_names(self) -> set[str]:
        """The names of all jobs that any run is known of."""
        with self._store.read() as connection:
            return set(connection.execute(sa.select(jobs.c.job).distinct()).scalars())

    def following(self, run_ids: Collection[str]) -> list[RunEntry]:
        """The runs that resumed, retried or undid one of these, oldest first."""
        query = sa.select(runs).where(runs.c.parent.in_(run_ids)).order_by(runs.c.number)
        with self._store.read() as connection:
            return [history.run_entry(row) for row in connection.execute(query)]

    @property
    def tallies(self) -> Tallies:
        """The last run of each job, and sums over all runs: for measures."""
        return Tallies(self._store)

    @property
    def past(self) -> PastRuns:
        """Lists of runs, some at a time."""
        return PastRuns(self._store)

    @property
    def lineage(self) -> Lineage:
        """Which runs go on with a run, undid it, or wrote after it."""
        return Lineage(self._store)

    def jobs(self, run_id: str) -> list[JobEntry]:
        """The jobs of a run in the order they started."""
        query = sa.select(jobs).where(jobs.c.run_id == run_id).order_by(jobs.c.id)
        with self._store.read() as connection:
            return [history.job_entry(row) for row in connection.execute(query)]

    def result_of(self, job_id: int) -> dict[str, Any]:
        """The result of a job that was done, besides its counts, as `JobLedger.finish` was given it; {} without one."""
        query = sa.select(results.c.result).where(results.c.job_id == job_id)
        with self._store.read() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return {} if found is None else dict(unpack(found))

    def start_job(  # noqa: PLR0913, PLR0917 - what a job entry says
        self,
        run_id: str,
        job: str,
        model: str,
        database: str,
        spec_hash: str,
        details: Mapping[str, Any] = _NOTHING,
        *,
        job_part: JobPart = ALL,
        held: Sequence[Lock] = (),
    ) -> JobLedger:
        """A job of a run begins, or a part of it.

        Args:
            details: with a true `partial`, its rows are no measure for later runs.
            held: no intent is stored once one of these locks is lost.
        """
        row = {"run_id": run_id, "job": job, "model": model, "database": database, "spec_hash": spec_hash}
        row |= {"part": job_part.part, "group_id": job_part.group}
        return JobLedger(self._store, self._add_job(row, "running", details), held)

    def group_of(self, job: str, database: str, part: str, parts: int) -> str:
        """The name that the parts of a job that come together are known by, whichever of them asks first.

        Whoever comes when all parts of the newest group are done begins the next one, unless it comes again: until
        then, and when a later job of its run failed, a part belongs to those it began with.
        """
        query = sa.select(jobs.c.group_id).where(
            jobs.c.job == job, jobs.c.database == database, jobs.c.group_id.like(f"{parts}.%"), jobs.c.part.like("%/%")
        )
        with self._store.read() as connection:
            groups = connection.execute(query.distinct()).scalars().all()
        newest = max((int(group.partition(".")[2]) for group in groups), default=1)
        last = self.parts(job, database, f"{parts}.{newest}")
        all_done = [entry.status for entry in last.values()] == ["done"] * parts
        return f"{parts}.{newest + (all_done and not self._comes_again(last, part))}"

    def _comes_again(self, last: Mapping[str, JobEntry], part: str) -> bool:
        """Whether the run that did this part failed lately, while that of another part ended well or still goes on."""
        runs = {its: self.run(entry.run_id) for its, entry in last.items()}
        mine = runs.pop(part)
        others = [one for one in runs.values() if one is None or one.ended_well or one.exit_code is None]
        if mine is None or mine.ended_well or not others:
            return False
        return mine.finished_at is None or self.now() - mine.finished_at.timestamp() < AGAIN_S

    def parts(self, job: str, database: str, group: str) -> dict[str, JobEntry]:
        """The last entry of each part of a group."""
        query = sa.select(jobs).where(
            jobs.c.job == job, jobs.c.database == database, jobs.c.group_id == group, jobs.c.part.like("%/%")
        )
        with self._store.read() as connection:
            return {row.part: history.job_entry(row) for row in connection.execute(query.order_by(jobs.c.id))}

    def skip_job(self, run_id: str, job: str, model: str, why: str, *, failed: bool = False) -> None:
        """A job of a run is not started at all; its entry holds `why` in its details.

        Args:
            failed: by its own fault, as its entry says (`has_failed`); else that of a job that it depends on.
        """
        row = {"run_id": run_id, "job": job, "model": model, "database": "", "spec_hash": ""}
        self._add_job(row, "skipped", {"why": why} | ({FAILED: True} if failed else {}))

    def _add_job(self, row: Mapping[str, str], status: str, details: Mapping[str, Any]) -> int:
        rest = {"status": status, "partial": bool(details.get("partial")), "details": to_text(dict(details))}
        with self._store.write(durable=False) as connection:
            return new_id(connection.execute(jobs.insert(), {**row, **rest}))

    # Databases

    def models(self, database: str) -> set[str]:
        """The models that any job wrote to."""
        return history.models(self._store, database)

    def databases(self) -> set[str]:
        """The marks of all databases that anything is known of."""
        query = sa.union(*(sa.select(table.c.database) for table in (jobs, watermarks, files)))
        with self._store.read() as connection:
            return {row.database for row in connection.execute(query) if row.database}

    def database_of(self, job_id: int) -> str:
        """The mark of the database that a job's entry is about, as of now."""
        with self._store.read() as connection:
            return str(connection.execute(sa.select(jobs.c.database).where(jobs.c.id == job_id)).scalar_one())

    def take_over(self, earlier: Sequence[str], mark: str) -> None:
        """Everything known of a database by earlier marks is known by this one; of two the later run's counts.

        Locks of runs that live go along, so that those can send nothing more.
        """
        with self._store.write(durable=True) as connection:
            for table in (each for each in metadata.sorted_tables if "database" in each.c):
                theirs = table.c.database.in_(earlier)
                if not table.c.database.primary_key:
                    connection.execute(table.update().where(theirs).values(database=mark))
                    continue
                both = sa.select(table).where(theirs | (table.c.database == mark)).order_by(table.c.run_id)
                kept = [{**row, "database": mark} for row in connection.execute(both).mappings()]
                connection.execute(table.delete().where(theirs))
                for row in kept:
                    self._store.put(connection, table, [row])

    # Calls

    def calls(self, job_id: int, kinds: Sequence[str] | None = None) -> Iterator[CallEntry]:
        """The calls of a job in the order they were sent, a few at a time."""
        return history.calls_of(self._store, job_id, kinds)

    def open_calls(self, model: str, database: str) -> list[CallEntry]:
        """Calls of any job on the model without a known outcome; to the holder of the lock, none is on its way."""
        return history.open_calls(self._store, model, database)

    def settled(self, call_id: int, ids: Sequence[int], at: Sequence[int] | None = None) -> None:
        """The outcome of a call, also of an earlier run, was found out: `ids` landed, none when it is empty.

        Args:
            at: the place of each id among the call's keys; by default that among its ids, or of all of them.
        """
        settle(self._store, call_id, ids, at)

    def touched(self, job: str, model: str, database: str) -> set[int]:
        """Ids of the model that the job created or wrote in any run, without those it deleted."""
        return history.touched(self._store, job, model, database)

    def begun(self, job: str, model: str, database: str) -> set[int]:
        """Ids of the model that the job created since the last whole run of which every row landed."""
        return history.begun(self._store, job, model, database)

    def may_have_begun(self, job: str, model: str, database: str) -> bool:
        """Whether there are any, or calls that may turn out to have created some."""
        return history.may_have_begun(self._store, job, model, database)

    def created_by(self, run_id: str, job: str, model: str, database: str) -> set[int]:
        """Ids of the model that the job created in the run, and in those that it goes on with."""
        return history.created_in(self._store, self.lineage.of(run_id), job, model, database)

    def written_by(self, run_id: str, group: str, job: str, model: str, database: str) -> WrittenRecords:
        """The records that the job wrote in the run, in those that it goes on with, and in the other parts of it."""
        its = entries_of_runs(self.lineage.of(run_id), group)
        ours = (jobs.c.job == job) & (jobs.c.model == model) & (jobs.c.database == database)
        return written_by(self._store, its & ours)

    def archived(self, job: str, model: str, database: str) -> set[int]:
        """Ids of the model that the job archived last, and neither brought back nor deleted."""
        return history.archived(self._store, job, model, database)

    def archived_made(self, model: str, database: str) -> set[int]:
        """The same of all jobs that create what lookups lack; only an undo archives what they created."""
        return history.archived_made(self._store, model, database)

    def archived_by_undo(self, model: str, database: str) -> set[int]:
        """Ids of the model that an undo archived, and no run brought back or deleted."""
        return history.archived_by_undo(self._store, model, database)

    def keys_of(
        self, job: str, model: str, database: str, ids: Collection[int], up_to: int | None = None
    ) -> dict[int, dict[str, Any]]:
        """Id to what the job last knew the record by, as far as any call says; see `history.keys_of`."""
        return history.keys_of(self._store, job, model, database, ids, up_to)

    def last_stamp(self, job: str, database: str, run_id: str = "") -> str:
        """The latest `write_date` that Odoo gave a write of the job, or of any job of the run; "" before the first."""
        return history.last_stamp(self._store, job, database, run_id)

    def taken_back(self, model: str, database: str, job_id: int) -> Mapping[int, str]:
        """Record to the `write_date` that undo of other runs gave it last; see `history.taken_back`."""
        return history.taken_back(self._store, model, database, job_id)

    def written_later(self, entry: JobEntry) -> WritesSince:
        """The records of a job's model that later runs wrote, and when; see `history.written_later`."""
        return history.written_later(self._store, entry)

    def last_rows(self, job: str, database: str) -> int | None:
        """Rows of the last whole run of the job that was done."""
        query = (
            sa.select(jobs.c.rows)
            .where(jobs.c.job == job, jobs.c.database == database, jobs.c.status == "done", ~jobs.c.partial)
            .order_by(jobs.c.id.desc())
            .limit(1)
        )
        with self._store.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def last_destinations(self, mark: str) -> Mapping[str, Mapping[str, Any]]:
        """The marks of a database and its copies to where their last run wrote; see `destinations`."""
        return last_destinations(self._store, mark)

    # Where the next run goes on

    def marks(self, job: str, database: str) -> Marks:
        """The watermark of a job and the files it has read, and how to take back where a run moved them."""
        return Marks(self._store, job, database)

    def created_since(self, job: str, model: str, database: str, call_id: int) -> Iterator[CreatedRecords]:
        """The records that the calls of a job created, those after a call, in order; see `history.created_since`."""
        return history.created_since(self._store, job, model, database, call_id)

    def known(self, scope: int) -> KnownRecords:
        """Records that a job found equal to its source; `scope` is a number for the job and the database."""
        return KnownRecords(self._store, scope)

    def kept(self, scope: int) -> KeptValues:
        """Values of records that Odoo keeps otherwise than they were sent; `scope` as for `known`."""
        return KeptValues(self._store, scope)

    def source_ids(self, job: str) -> IdMap:
        """The records that came from other databases; a job adds its own."""
        return IdMap(self._store, job)

    def steps(self, job: str, model: str, database: str) -> StepRecords:
        """For which records the steps of a job were done, and which wait for them."""
        return StepRecords(self._store, job, model, database)

    def slots(self, environment: str) -> Slots:
        """The schedules of an environment, and the times at which they ran."""
        return Slots(self._store, environment)

    # Upkeep

    def lock(  # noqa: PLR0913, PLR0917 - what to lock, for whom, and how to wait
        self,
        resource: str,
        database: str,
        run_id: str,
        on_wait: Callable[[str], None] | None = None,
        wait: Callable[[float], None] | None = None,
        lease_s: float = LEASE_S,
        job_part: JobPart = ALL,
    ) -> AbstractContextManager[Lock]:
        """Be the only one to work on a resource of a database, or on a part of it beside others of the same group.

        Args:
            on_wait: is told before each wait whom we wait for; without it a live owner raises Busy, which names it.
            wait: waits for so many seconds; by default `time.sleep`.
            lease_s: how old the last heartbeat of a live owner may be, where it cannot be seen otherwise.
        """
        return self._locks.hold(Claim(resource, database, run_id, on_wait, wait or time.sleep, lease_s, job_part))

    def held(self, resource: str, database: str, run_id: str, job_part: JobPart = ALL) -> Lock:
        """A lock that this ledger holds already, to keep intents from being stored once it is lost."""
        return self._locks.held(Claim(resource, database, run_id, None, time.sleep, LEASE_S, job_part))

    def beat(self) -> None:
        """Give a sign of life for all locks of this ledger; a thread does so every 10 s."""
        self._locks.beat()

    def prune(self, before: datetime) -> None:
        """Drop what runs that ended earlier would need to be undone, and what processes that died have left."""
        self.purges.drop_images(before)
        self._locks.sweep()

    @property
    def purges(self) -> Purges:
        """How runs and records are forgotten."""
        return Purges(self._store, self.folder)
